/** The worker of `predict`: takes its part of one prediction, answers with all outcomes at once, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Outcomes, type PredictTask, takeGroups } from './predict-task.ts';

const outcomes: Outcomes = new Map();
takeGroups(workerData as PredictTask, outcomes);
parentPort?.postMessage(outcomes);
