/** The worker behind the screen: answers questions, and plays pedals that report on a port. */
import type { MessagePort } from 'node:worker_threads';
import type { Places } from '../../workbench/places.ts';
import { workbenchAt } from '../workbench-at.ts';
import { answerExplain, answerRows, answerWidths, playTimeline } from './answers.ts';
import { playPedals } from './play.ts';
import type { ScreenAnswers, ScreenTask } from './task.ts';

export interface ScreenMessage {
  readonly places: Places;
  readonly task: ScreenTask;
  readonly port: MessagePort;
}

type Answer = ScreenAnswers[keyof ScreenAnswers];

export default async ({ places, task, port }: ScreenMessage): Promise<Answer> => {
  const workbench = workbenchAt(places);
  switch (task.kind) {
    case 'widths':
      return answerWidths(workbench, task);
    case 'rows':
      return answerRows(workbench, task);
    case 'explain':
      return answerExplain(workbench, task);
    case 'play':
      return playPedals(workbench, task, port);
    case 'timeline':
      return playTimeline(workbench, task, port);
    default:
      return task satisfies never;
  }
};
