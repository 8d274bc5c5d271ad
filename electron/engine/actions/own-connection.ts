import type { FactsOf } from '#shared/domain/facts/index';
import { carriesAddress } from '#shared/domain/session-interface';
import type { ActionContext } from './action';

/**
 * Whether our own connection goes over an interface: `CLIENT PORT SERVER PORT`, set by sshd (sshd(8), ENVIRONMENT of ssh(1)). Null: it
 * can't be told. A local host has none.
 */
export async function carriesConnection(
  context: ActionContext,
  interfaces: FactsOf<'network'>['interfaces'],
  name: string,
): Promise<{ isOn: boolean | null; evidenceId: string | null }> {
  if (context.hostKind === 'local') return { isOn: false, evidenceId: null };
  const ran = await context.run({ id: 'connection', argv: ['printenv', 'SSH_CONNECTION'] });
  const address = /^\S+ \d+ (\S+) \d+$/m.exec(ran.stdout)?.[1];
  const isOn = address === undefined ? null : carriesAddress(interfaces, name, address);
  return { isOn, evidenceId: ran.evidenceId };
}
