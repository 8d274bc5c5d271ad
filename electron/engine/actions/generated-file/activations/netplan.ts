import { parse } from 'yaml';
import { z } from 'zod';
import { carriesConnection } from '../../own-connection';
import { type ActivationKind, ask, check, command, isGood } from './activation';

const portSchema = z.object({
  name: z.string(),
  mtu: z.number().nullable(),
  addresses: z.array(z.string()),
  /** Addresses that must not be there. */
  without: z.array(z.string()),
});
type Port = z.infer<typeof portSchema>;

/** Of all kinds of interfaces, also those that the form keeps without a field for them. */
const settings = z.looseObject({
  mtu: z.number().optional(),
  /** One with settings of its own is a mapping with the address as its key. */
  addresses: z
    .array(z.union([z.string(), z.record(z.string(), z.unknown()).transform((one) => Object.keys(one)[0] ?? '')]))
    .default([]),
  /** What a bond or a bridge is made of, and what a VLAN lies on: set up anew as well. */
  interfaces: z.array(z.string()).default([]),
  link: z.string().optional(),
});
const fileSchema = z.object({ network: z.record(z.string(), z.unknown()) });

function entriesIn(text: string): Array<readonly [name: string, own: z.infer<typeof settings>]> | null {
  const read = z
    .array(
      z.record(
        z.string(),
        settings.nullable().transform((own) => own ?? settings.parse({})),
      ),
    )
    .safeParse(Object.values(fileSchema.parse(parse(text)).network).filter((kind) => typeof kind === 'object'));
  return read.success ? read.data.flatMap((kind) => Object.entries(kind)) : null;
}

/**
 * netplan's file becomes networkd's, which sets up these interfaces anew and no others: `netplan apply` would touch all of them, and
 * `netplan try` can't be confirmed over a connection that it has cut. Never an interface that carries our own connection.
 * Sources: netplan-generate(8), networkctl(1) reload, reconfigure.
 */
export const netplanActivation: ActivationKind = {
  kind: 'netplan',

  async prepare(context, { file }, texts) {
    const entries = entriesIn(file.text);
    const facts = (await context.facts(['network'])).network;
    const networkd = await ask(context, 'networkd', ['systemctl', 'is-active', 'systemd-networkd']);
    const refused = (key: string, params: Record<string, string> = {}, outcome: 'fail' | 'unknown' = 'fail') => ({
      checks: [check(texts, outcome, texts(key, params))],
      activation: null,
    });
    if (entries === null) return refused('netplanUnknown');
    if (!isGood(networkd)) return refused('noNetworkd');
    if (facts === undefined) return refused('networkUnknown', {}, 'unknown');
    const touched = entries.flatMap(([name, { interfaces, link }]) => [name, ...interfaces, ...(link ? [link] : [])]);
    for (const name of new Set(touched)) {
      const { isOn: isOwn } = await carriesConnection(context, facts.interfaces, name);
      if (isOwn === null) return refused('ownUnknown', { name }, 'unknown');
      if (isOwn) return refused('isOwn', { name });
    }
    const wanted: Port[] = [];
    const before: Port[] = [];
    for (const [name, { mtu, addresses }] of entries) {
      const there = facts.interfaces.find((one) => one.name === name);
      if (there === undefined) return refused('noInterface', { name });
      wanted.push({ name, mtu: mtu ?? null, addresses, without: [] });
      before.push({
        name,
        mtu: mtu === undefined ? null : there.mtu,
        addresses: [],
        without: addresses.filter((one) => !there.addresses.includes(one)),
      });
    }
    const names = entries.map(([name]) => name);
    const setUp = [
      command('generate', ['netplan', 'generate'], { title: 'stepGenerate' }),
      command('networkd', ['networkctl', 'reload'], { title: 'stepNetworkd' }),
      command('ports', ['networkctl', 'reconfigure', ...names], { title: 'stepPorts' }),
    ];
    return {
      checks: [check(texts, 'warn', texts('portsGo', { names: names.join(', ') }))],
      activation: {
        kind: 'netplan',
        commands: setUp,
        undoFirst: [],
        undoAfter: [
          ...setUp,
          // networkd leaves an MTU that nothing asks for any more as it is.
          ...before.flatMap(({ name, mtu }) =>
            mtu === null ? [] : [command(`mtu-${name}`, ['ip', 'link', 'set', 'dev', name, 'mtu', String(mtu)])],
          ),
        ],
        wanted,
        before,
      },
    };
  },

  async prove(context, expected, texts) {
    const ports = z.array(portSchema).parse(expected);
    for (let tries = 0; ; tries++) {
      const interfaces = (await context.facts(['network'])).network?.interfaces;
      if (interfaces === undefined) return { outcome: 'unknown', detail: texts('networkUnknown') };
      const wrong = ports.filter(({ name, mtu, addresses, without }) => {
        const now = interfaces.find((one) => one.name === name);
        if (now === undefined || (mtu !== null && now.mtu !== mtu)) return true;
        return (
          addresses.some((one) => !now.addresses.includes(one)) || without.some((one) => now.addresses.includes(one))
        );
      });
      if (wrong.length === 0) return { outcome: 'pass', detail: texts('portsAre') };
      if (tries >= 5)
        return { outcome: 'fail', detail: texts('portsWrong', { names: wrong.map(({ name }) => name).join(', ') }) };
      await context.wait(2000);
    }
  },
};
