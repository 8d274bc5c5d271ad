import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostSpec } from '#shared/domain/host';
import type { Incident } from '#shared/domain/incident';
import { planRedaction } from './redact';
import { discover } from './redaction-patterns';

const hosts: HostSpec[] = [
  {
    kind: 'ssh',
    id: '11111111-2222-3333-4444-555555555555',
    name: 'Trainer one',
    tags: [],
    target: {
      alias: 'trainer1',
      address: 'gpu01.lab.example.org',
      port: 22,
      user: 'alice',
      identityFiles: [],
      useAgent: true,
      proxyJump: ['bobby@jump.example.org:2222'],
    },
  },
];

/** An incident with one note: the simplest thing that carries text. */
function incidentWith(...texts: string[]): Incident {
  return {
    id: 'incident',
    number: 3,
    title: 'title',
    state: 'open',
    severity: null,
    hostIds: [],
    openedAtMs: 0,
    updatedAtMs: 0,
    entryCount: texts.length,
    entries: texts.map((text, index) => ({ kind: 'note', id: `n${index}`, atMs: 0, author: 'root', text })),
  };
}

function redact(text: string, specs = hosts): string {
  const incident = incidentWith(text);
  const [entry] = planRedaction(incident, specs).apply(incident).entries;
  return entry?.kind === 'note' ? entry.text : '';
}

describe('planRedaction', () => {
  it.each([
    ['a host name, in any case', 'ssh GPU01 and gpu01.lab.example.org', 'ssh host-1 and host-2'],
    ['the name a host has in Gantry', 'Trainer one is slow', 'host-1 is slow'],
    ['another machine of a known domain', 'gpu77.lab.example.org or gpu77', 'host-1 or host-2'],
    ['a known domain', 'search lab.example.org', 'search host-1'],
    ['a jump host with its user', 'via bobby on jump.example.org', 'via user-1 on host-1'],
    ['an IPv4 address', 'from 10.0.0.5, 10.0.0.55:22 and 10.0.0.5/24.', 'from ip-1, ip-2:22 and ip-1/24.'],
    ['IPv6 addresses', '2001:db8::17 fe80::a0b:cff:fe0d:1%eth0 [2001:DB8::17]:80', 'ip-1 ip-2%eth0 [ip-1]:80'],
    ['an IPv4 address inside an IPv6 one', 'from ::ffff:192.0.2.7 and 64:ff9b::192.0.2.9', 'from ip-1 and ip-2'],
    ['an IPv6 network', 'route 2001:db8::/32 and 12::/16', 'route ip-1/32 and ip-2/16'],
    ['a MAC address', 'link/ether 00:1a:2b:3c:4d:5e brd ff:ff:ff:ff:ff:ff', 'link/ether mac-1 brd ff:ff:ff:ff:ff:ff'],
    ['an InfiniBand hardware address', `${'a0:'.repeat(19)}fe`, 'guid-1'],
    [
      'a node GUID',
      'node_guid: 0c42:a103:0065:1234, Node GUID 0x0c42a10300651234',
      'node_guid: guid-1, Node GUID guid-2',
    ],
    [
      'GPU and MIG UUIDs',
      'GPU-5c3e2b1a-0000-1111-2222-333344445555 MIG-5c3e2b1a-0000-1111-2222-333344445556',
      'gpu-uuid-1 gpu-uuid-2',
    ],
    ['another UUID', 'UUID=5c3e2b1a-0000-1111-2222-333344445555', 'UUID=uuid-1'],
    [
      'a serial number',
      'Serial Number                     : 1650522000123',
      'Serial Number                     : serial-1',
    ],
    ['a serial number in XML', '<serial>1650522000123</serial> 1650522000123', '<serial>serial-1</serial> serial-1'],
    ['an address of mail', 'write to a.b+c@mail.example.net', 'write to email-1'],
    ['a home folder with its user', '/home/carol/venv/bin/python3 of carol', 'path-1/venv/bin/python3 of user-1'],
    ['a user of a process', 'uid=1007(carol) gid=1007(carol)', 'uid=1007(user-1) gid=1007(user-1)'],
    ['a token in the environment', 'HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz012345', 'HF_TOKEN=secret-1'],
    ['a quoted password', '"db_password": "two words", x', '"db_password": "secret-1", x'],
    ['a key in the arguments', 'serve --api-key abc123def --port 80', 'serve --api-key secret-1 --port 80'],
    ['a bare Hugging Face token', `saw hf_${'a'.repeat(34)} there`, 'saw secret-1 there'],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE', 'secret-1'],
    ['an API key', `sk-proj-${'b'.repeat(40)}`, 'secret-1'],
    ['a bearer token', 'Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer secret-1'],
    ['credentials in a URL', 'https://dora:pa55word@proxy:3128/', 'https://secret-1@proxy:3128/'],
    ['a password hash', 'dora:$6$salt$abcdefghijklmnop:19000', 'dora:secret-1:19000'],
    [
      'a private key over several lines, log prefixes included',
      'a\n12:00 -----BEGIN OPENSSH PRIVATE KEY-----\n12:00 b3BlbnNz\n12:00 -----END OPENSSH PRIVATE KEY-----\nz',
      'a\n12:00 secret-1\nz',
    ],
  ])('hides %s', (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'driver 535.104.05, 570.86.15 and 595.71.05',
    'CUDA 12.8.1.012, TensorRT 10.11.0.33, cuDNN version: 9.10.2.21',
    'libnccl2 2.21.5-1+cuda12.4, libfoo_1.2.3.4-1_amd64.deb, python3.11.0.1-dev',
    'vbios 96.00.89.00.01, firmware 20.31.1014, inforom G500.0202.00.02',
    'PCI 0000:17:00.0, 00000000:17:00.0, 17:00.0, 0000:3b:00.1',
    'time 08:55:19, 2026-11-22T08:55:52Z, 2026-11-22 08:55:52.123456, 12-11-10-09-08-07',
    'temperature 45 C, 81559 MiB, 3.14159, 1e9, 0x10de, 2330',
    'max_tokens=4096 tokens_per_second: 35.2 tokenizer=llama token_count=12 PasswordAuthentication no',
    'std::vector<int> torch::cuda at::native c10::Error VLLM::EngineCore',
    'listening on 127.0.0.1:8000 and [::1]:8000 and 0.0.0.0:22, mask 255.255.255.0',
    'root nobody systemd-resolve nvidia-persistenced ubuntu /home/ubuntu/x',
    '5.15.0-91-generic #101~20.04.1-Ubuntu SMP x86_64',
    'sntrup761x25519-sha512@openssh.com user@1000.service getty@tty1.service Members@odata.count',
    '1 0 root Ss 355591 13312 0::/init.scope /sbin/init, "cgroup": "0::/system.slice/x.service"',
    '12::/user.slice/user-1000.slice, 1:name=systemd:/init.scope, 7:cpuset:/slurm/uid_1000/job_7, 0::/',
    'GPU-00000000-0000-0000-0000-000000000000 0x0000000000000000 guid 0000:0000:0000:0000',
    'ii  libbar  1.19.0.5  amd64  a library',
    'Serial: N/A, Serial Number : [N/A], serial8250: ttyS0',
    'Xid (PCI:0000:3b:00): 79, pid=4711, name=python3',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ])('leaves alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('hides the node that a profile was made from in its sources, and leaves pages of vendors', () => {
    const sources = ['https://docs.nvidia.com/dgx/', 'Made from node Trainer one on 2026-01-05'];
    const incident = { ...incidentWith(), entries: [{ kind: 'finding', finding: { sources } }] } as unknown as Incident;
    const plan = planRedaction(incident, hosts);
    const [entry] = plan.apply(incident).entries;
    expect(entry).toMatchObject({ finding: { sources: [sources[0], 'Made from node host-1 on 2026-01-05'] } });
    expect(plan.redactions).toMatchObject([{ token: 'host-1', original: 'Trainer one', count: 1 }]);
  });

  it('gives one value one token wherever it stands, and hides everywhere what was found anywhere', () => {
    const incident = incidentWith(
      'login from 10.1.2.3',
      'cuDNN version 10.1.2.3 is a coincidence',
      'user=x HF_TOKEN=verysecretvalue',
      'and then verysecretvalue was in the log of 10.1.2.3',
    );
    const plan = planRedaction(incident, []);
    expect(plan.apply(incident).entries.map((entry) => entry.kind === 'note' && entry.text)).toEqual([
      'login from ip-1',
      'cuDNN version ip-1 is a coincidence',
      'user=x HF_TOKEN=secret-1',
      'and then secret-1 was in the log of ip-1',
    ]);
    expect(plan.redactions).toEqual([
      { token: 'ip-1', kind: 'address', original: '10.1.2.3', count: 3 },
      { token: 'secret-1', kind: 'secret', original: 'verysecretvalue', count: 2 },
    ]);
  });

  it('shows what was chosen to be shown and nothing else', () => {
    const incident = incidentWith('10.1.2.3 and 10.1.2.4');
    const shown = planRedaction(incident, []).apply(incident, new Set(['ip-1']));
    expect(shown.entries).toMatchObject([{ text: '10.1.2.3 and ip-2' }]);
  });

  it('finds a secret that stands in a word of its own, and one under its name', () => {
    const incident = incidentWith('x');
    const value = {
      argv: ['serve', '--api-key', 'abc123def456'],
      variables: { NGC_API_KEY: 'qwertzuiop', PORT: '8000' },
    };
    const withValue = { ...incident, extra: value };
    expect(planRedaction(withValue, []).apply(value)).toEqual({
      argv: ['serve', '--api-key', 'secret-1'],
      variables: { NGC_API_KEY: 'secret-2', PORT: '8000' },
    });
  });

  it('keeps tokens when the incident grows', () => {
    const texts = ['10.1.2.3', 'gpu01', 'a@b.example', '10.9.9.9'];
    const tokens = (count: number) =>
      new Map(
        planRedaction(incidentWith(...texts.slice(0, count)), hosts).redactions.map((one) => [one.original, one.token]),
      );
    for (const [original, token] of tokens(2)) expect(tokens(4).get(original)).toBe(token);
  });

  it('lets no original of these kinds through, in any company', () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
    const secret = fc.stringMatching(/^[A-Za-z0-9]{16,30}$/).map((text) => `hf_${text}`);
    const ip = fc
      .tuple(fc.integer({ min: 1, max: 126 }), fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 254 }))
      .map((parts) => parts.join('.'));
    const uuid = fc.tuple(hex(8), hex(4), hex(4), hex(4), hex(12)).map((parts) => `GPU-${parts.join('-')}`);
    const mac = fc
      .array(hex(2), { minLength: 6, maxLength: 6 })
      .map((parts) => parts.join(':'))
      .filter((text) => /[1-9a-e]/.test(text));
    const ipv6 = fc.oneof(
      fc.array(hex(4), { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
      fc
        .tuple(fc.integer({ min: 1, max: 0xffff }), hex(3))
        .map(([group, end]) => `2001:db8:${group.toString(16)}::1${end}`),
      ip.map((text) => `::ffff:${text}`),
    );
    const guid = fc.array(hex(2), { minLength: 8, maxLength: 8 }).map((parts) => `0${parts.join(':').slice(1)}`);
    const filler = fc.constantFrom(' ', '\n', '"', "'", ',', '<', '>', '(', ')', '|', '中文', ';', '\t', '[', ']', '=');
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            filler,
            fc.oneof(
              secret,
              ip,
              ipv6,
              uuid,
              mac,
              guid,
              fc.constantFrom('gpu01', 'gpu01.lab.example.org', 'gpu99.lab.example.org'),
            ),
            filler,
          ),
          { minLength: 1, maxLength: 6 },
        ),
        (parts) => {
          const text = redact(parts.map(([before, value, after]) => `${before}${value}${after}`).join(' x '));
          for (const [, value] of parts) expect(text).not.toContain(value);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws, and changes nothing that holds nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const hidden = redact(text);
        if (discover(text).length === 0) expect(hidden).toBe(redact(text, hosts));
      }),
    );
  });

  // With patterns that try again at every place these would run for hours, not for a second.
  it.each(['a_', 'a.', 'eyJ-', '-----BEGIN PRIVATE KEY-----', 'ab:', '1.', 'token', 'a@', '%', '--', 'x:y@'])(
    'gets through a long output of nothing but %j',
    (unit) => {
      const text = unit.repeat(200_000 / unit.length);
      expect(redact(text).length).toBeLessThanOrEqual(text.length);
    },
  );
});
