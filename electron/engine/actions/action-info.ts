import { type ActionInfo, actionInfoSchema } from '#shared/domain/action';
import type { Action } from './action';

const { id: _id, ownFile: _ownFile, ...told } = actionInfoSchema.shape;
type Told = Omit<ActionInfo, 'id' | 'ownFile'>;

/** What is told of an action. Its file is read when more than the id is asked for: whoever looks one up needs no other's. */
export function infoOf(action: Action): ActionInfo {
  const getters = Object.keys(told).map((key): [string, PropertyDescriptor] => [
    key,
    { enumerable: true, get: () => (action.knowledge satisfies Told)[key as keyof Told] },
  ]);
  return Object.defineProperties({ id: action.id }, Object.fromEntries(getters)) as ActionInfo;
}
