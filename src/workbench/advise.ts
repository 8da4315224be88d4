/** What fits how often, and the smallest change that would make it fit. */
import type { WaveNetNetwork } from '../nam/network.ts';
import { type Advice, adviseSteps as adviceInSteps } from '../study/advise/advise.ts';
import { type ParetoPoint, paretoSteps } from '../study/advise/pareto.ts';
import type { AdviseRequest as StudyRequest } from '../study/advise/request.ts';
import { type Demands, type DemandsRequest, demandSteps } from '../study/advise/width-set.ts';
import type { Steps } from '../study/cost/steps.ts';
import { atOnce, type Hooks, inSteps, type SyncVerb, type Verb, workThrough } from './hooks.ts';
import { contextOf, devicesFrom, type ModelName, modelFrom, type OnDevices } from './named.ts';
import { checkCall, required } from './options.ts';
import type { Workbench } from './workbench.ts';

export interface AdviseRequest
  extends Omit<StudyRequest, 'model' | 'devices' | 'engines' | 'coreOf' | 'measured' | 'pathOf'>,
    OnDevices {
  readonly model: ModelName;
}

const options = [
  ...(['model', 'devices', 'device', 'cores', 'copies', 'margin', 'engine', 'width'] as const),
  ...(['blockFrames', 'tanh', 'whatIf', 'confidence'] as const),
];

/** The request as the study takes it. */
const adviseStudy = (workbench: Workbench, request: AdviseRequest): StudyRequest => {
  checkCall(workbench, 'advise', request, options, ['blockFrames', 'copies']);
  const { cores, model, devices, device, ...rest } = request;
  return {
    ...rest,
    ...contextOf(workbench, cores),
    model: modelFrom(workbench, required('advise', model, 'model')),
    devices: devicesFrom(workbench, devices ?? device),
  };
};

const adviseSteps = (workbench: Workbench, request: AdviseRequest): Steps<Advice> =>
  adviceInSteps(adviseStudy(workbench, request), workbench.costs);

/**
 * For every device the widest width that fits one, two and three copies with the margin, how far each width
 * is from each limit, and for near misses the smallest changes to the architecture.
 * Limits are shares of one audio core, costs cycles per sample. The method is docs/widths.md.
 * @function
 * @throws ModelError, DeviceError, WorkbenchError for names that mean nothing
 * @example const { devices } = await advise(workbench, { model: 'a2', devices: ['mod-dwarf', 'pi-4'] });
 */
export const advise: Verb<AdviseRequest, Advice> = inSteps(adviseSteps);

/** What devices ask of a set of widths. `copiesOn` says how often each device is to run the model. */
export const adviseWidths: Verb<AdviseRequest & Pick<DemandsRequest, 'copiesOn'>, Demands> =
  inSteps((workbench, { copiesOn, ...request }) =>
    demandSteps({ ...adviseStudy(workbench, request), copiesOn }, workbench.costs),
  );

/** Weights against cycles of everything that the search for changes knows of. */
export const adviseFront = async (
  workbench: Workbench,
  request: AdviseRequest,
  network: WaveNetNetwork,
  { devices }: Advice,
  hooks?: Hooks,
): Promise<readonly ParetoPoint[]> =>
  workThrough(paretoSteps(network, adviseStudy(workbench, request), devices), hooks);

/** `advise` without a pause. @function @example const { devices } = adviseSync(workbench, { model: 'a2', device: 'pi-4' }); */
export const adviseSync: SyncVerb<AdviseRequest, Advice> = atOnce(adviseSteps);
