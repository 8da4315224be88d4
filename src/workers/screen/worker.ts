/** The worker behind the screen: answers questions, and plays pedals that report on a port. */
import type { MessagePort } from 'node:worker_threads';
import { answerExplain, answerRows, answerWidths, openDesk, type ScreenDesk } from './answers.ts';
import { playPedals } from './play.ts';
import type { ScreenAnswers, ScreenPlaces, ScreenTask } from './task.ts';
import { playTimeline } from './timeline.ts';

export interface ScreenMessage {
  readonly places: ScreenPlaces;
  readonly task: ScreenTask;
  readonly port: MessagePort;
}

let opened: { readonly key: string; readonly desk: ScreenDesk } | null = null;

const deskFor = (places: ScreenPlaces): ScreenDesk => {
  const key = JSON.stringify(places.files);
  if (opened?.key !== key) opened = { key, desk: openDesk(places) };
  return opened.desk;
};

const answer = async ({
  places,
  task,
  port,
}: ScreenMessage): Promise<ScreenAnswers[keyof ScreenAnswers]> => {
  const desk = deskFor(places);
  switch (task.kind) {
    case 'widths':
      return answerWidths(desk, task);
    case 'rows':
      return answerRows(desk, task);
    case 'explain':
      return answerExplain(desk, task);
    case 'play':
      return playPedals(desk, task, port);
    case 'timeline':
      return playTimeline(desk, task, port);
    default:
      return task satisfies never;
  }
};

export default answer;
