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

const settings = z.object({ mtu: z.number().optional(), addresses: z.array(z.string()).default([]) });
const fileSchema = z.object({
  network: z.object({
    ethernets: z.record(z.string(), settings).default({}),
    bonds: z.record(z.string(), settings).default({}),
  }),
});

/**
 * netplan's file becomes networkd's, which sets up these interfaces anew and no others: `netplan apply` would touch all of them, and
 * `netplan try` can't be confirmed over a connection that it has cut. Never an interface that carries our own connection.
 * Sources: netplan-generate(8), networkctl(1) reload, reconfigure.
 */
export const netplanActivation: ActivationKind = {
  kind: 'netplan',

  async prepare(context, { file }, texts) {
    const { network } = fileSchema.parse(parse(file.text));
    const entries = Object.entries({ ...network.ethernets, ...network.bonds });
    const facts = (await context.facts(['network'])).network;
    const networkd = await ask(context, 'networkd', ['systemctl', 'is-active', 'systemd-networkd']);
    const refused = (key: string, params: Record<string, string> = {}, outcome: 'fail' | 'unknown' = 'fail') => ({
      checks: [check(texts, outcome, texts(key, params))],
      activation: null,
    });
    if (!isGood(networkd)) return refused('noNetworkd');
    if (facts === undefined) return refused('networkUnknown', {}, 'unknown');
    for (const [name] of entries) {
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
