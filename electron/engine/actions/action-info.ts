import type { ActionInfo } from '#shared/domain/action';
import type { Action } from './action';

/** What is told of an action. Its file is read when more than the id is asked for: whoever looks one up needs no other's. */
export function infoOf(action: Action): ActionInfo {
  return {
    id: action.id,
    get title() {
      return action.knowledge.title;
    },
    get description() {
      return action.knowledge.description;
    },
    get risk() {
      return action.knowledge.risk;
    },
    get needsRoot() {
      return action.knowledge.needsRoot;
    },
    get interruptsJobs() {
      return action.knowledge.interruptsJobs;
    },
    get restarts() {
      return action.knowledge.restarts;
    },
    get canUndo() {
      return action.knowledge.canUndo;
    },
    get parameters() {
      return action.knowledge.parameters;
    },
  };
}
