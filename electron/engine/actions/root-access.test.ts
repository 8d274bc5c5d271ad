import { expect, it } from 'vitest';
import type { ActionContext, RanCommand } from './action';
import { rootAccess } from './root-access';

const nothing = { stdout: '', stdoutBytes: new Uint8Array(), stderr: '', evidenceId: 'e' };

it.each([
  ['a login that sudo refuses', { state: 'exited', exitCode: 1 }, { canRun: false, isSilent: false }],
  ['one that may run just this', { state: 'exited', exitCode: 0 }, { canRun: true, isSilent: false }],
  ['a sudo that does not answer', { state: 'timeout', exitCode: null }, { canRun: false, isSilent: true }],
] as const)('tells %s from others', async (_who, listed, wanted) => {
  const run = async ({ id }: { id: string }): Promise<RanCommand> => {
    if (id === 'login') return { ...nothing, state: 'exited', exitCode: 0, stdout: 'ops\n' };
    if (id === 'root') return { ...nothing, state: 'denied', exitCode: null };
    return { ...nothing, ...listed };
  };
  expect(await rootAccess({ run } as unknown as ActionContext, ['reboot'])).toMatchObject({
    ...wanted,
    loginName: 'ops',
  });
});
