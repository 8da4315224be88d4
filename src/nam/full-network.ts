/** The network that a model is before anybody slims it: what NAM Core starts with. */
import type { Model } from './model.ts';
import type { Network } from './network.ts';

export const fullNetwork = (model: Model): Network => {
  const { body } = model;
  switch (body.kind) {
    case 'plain':
    case 'slimmable':
      return body.network;
    case 'container': {
      const last = body.submodels[body.submodels.length - 1];
      if (last === undefined) throw new Error('a container has at least one submodel');
      return fullNetwork(last.model);
    }
    default:
      return body satisfies never;
  }
};
