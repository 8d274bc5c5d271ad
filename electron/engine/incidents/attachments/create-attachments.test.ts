import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FetchProgress } from '#shared/contract/incidents';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { createDirectoryBench, type DirectoryBench } from '../../hosts/testing/directory-bench';
import { type Sshd, sshdMissing, startSshd } from '../../hosts/testing/sshd';
import { startTcpProxy, type TcpProxy } from '../../hosts/testing/tcp-proxy';
import { actionRun } from '../testing/sample-data';
import { type Attachments, createAttachments } from './create-attachments';
import { maxFileBytes } from './fetch-file';

const sizeBytes = 12_000_000;

describe.skipIf(sshdMissing !== null)('the bug report of a node behind a real sshd', () => {
  let server: Sshd;
  let proxy: TcpProxy;
  let bench: DirectoryBench;
  let hostId: string;
  let onNode: string;
  let folder: string;
  let attachments: Attachments;
  const entries: IncidentEntry[] = [];
  let state: Incident['state'] = 'open';

  beforeAll(async () => {
    server = await startSshd();
    proxy = await startTcpProxy(server);
    bench = createDirectoryBench();
    hostId = bench.add(server, { port: proxy.port });
    folder = join(server.folder, 'attachments');
    const tools = join(server.folder, 'bin');
    mkdirSync(tools);
    const tool = join(tools, 'nvidia-bug-report.sh');
    writeFileSync(tool, `#!/bin/sh\n[ "$2" = --output-file ] && head -c ${sizeBytes} /dev/urandom >"$3.gz"\n`);
    chmodSync(tool, 0o755);
    onNode = join(server.folder, "bug report's.log");
    const host = await bench.directory.open(hostId);
    const made = await host.exec({
      id: 'collect',
      argv: ['env', `PATH=${tools}:/usr/bin:/bin`, 'nvidia-bug-report.sh', '--safe-mode', '--output-file', onNode],
      timeoutMs: 60_000,
    });
    expect(made).toMatchObject({ state: 'exited', exitCode: 0 });

    const { plan } = actionRun();
    const run = actionRun({ plan: { ...plan, hostId, actionId: 'nvidia-bug-report', parameters: { file: onNode } } });
    entries.push({ kind: 'action', id: 'e1', atMs: 1, run });
    attachments = create();
  });
  afterAll(async () => {
    attachments?.close();
    await bench?.close();
    await proxy?.close();
    await server?.stop();
  });

  const incident = () => ({ state, number: 7, entries }) as unknown as Incident;
  const create = () =>
    createAttachments({
      incidents: {
        get: () => incident(),
        append: (_, more) => {
          entries.push(...more.map((one) => ({ ...one, id: `e${entries.length}`, atMs: 2 }) as IncidentEntry));
          return incident();
        },
      },
      hosts: bench.directory,
      folder,
    });

  /** Reads the progress to its end; `onMove` may do something to it meanwhile. */
  async function fetched(onMove: (told: FetchProgress) => void = () => {}, signal?: AbortSignal, of = attachments) {
    const told: FetchProgress[] = [];
    for await (const one of of.fetchBugReport('incident', 'action-run-1', signal)) {
      told.push(one);
      onMove(one);
    }
    return told;
  }
  const files = () => entries.filter(({ kind }) => kind === 'file');
  const once = (work: () => void, isDue: (told: FetchProgress) => boolean) => {
    let isDone = false;
    return (told: FetchProgress) => {
      if (isDone || !isDue(told)) return;
      isDone = true;
      work();
    };
  };

  it('goes on where a cut, a cancel and the end of the engine left it, and is what the node has', async () => {
    const past = (bytes: number) => (told: FetchProgress | null) => (told?.receivedBytes ?? 0) > bytes;
    await expect(fetched(once(() => proxy.cut(), past(2_000_000)))).rejects.toMatchObject({
      name: 'HostUnavailableError',
    });

    const stop = new AbortController();
    let first: FetchProgress | null = null;
    const halted = fetched((told) => {
      if (told.totalBytes > 0) first ??= told;
      if (past(4_000_000)(told)) stop.abort();
    }, stop.signal);
    await expect(halted).rejects.toMatchObject({ name: 'AbortError' });
    expect(first).toSatisfy(past(2_000_000));

    const ending = create();
    await expect(
      fetched(
        once(() => ending.close(), past(6_000_000)),
        undefined,
        ending,
      ),
    ).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(files()).toEqual([]);

    let second: unknown = null;
    const told = await fetched(
      once(() => {
        second = fetched().catch((error: unknown) => error);
      }, past(8_000_000)),
    );
    expect(await second).toMatchObject({ key: 'incidents.isFetching' });
    expect(told.filter(({ totalBytes }) => totalBytes > 0)[0]).toSatisfy(past(6_000_000));
    const sha256 = createHash('sha256')
      .update(readFileSync(`${onNode}.gz`))
      .digest('hex');
    expect(told.at(-1)).toEqual({ receivedBytes: sizeBytes, totalBytes: sizeBytes, isDone: true });
    expect(files()).toMatchObject([
      { name: "bug report's.log.gz", sha256, sizeBytes, hostId, actionRunId: 'action-run-1' },
    ]);
    expect(readdirSync(folder)).toEqual([sha256]);
    expect(attachments.read(sha256)?.byteLength).toBe(sizeBytes);
    expect(attachments.read('../../etc/passwd')).toBeNull();
  });

  it('is refused where it grows meanwhile, is over the cap, is gone, or its incident is closed', async () => {
    const before = readdirSync(folder);
    truncateSync(`${onNode}.gz`, 3_000_000);
    const growing = once(
      () => appendFileSync(`${onNode}.gz`, 'more'),
      ({ receivedBytes }) => receivedBytes > 0,
    );
    await expect(fetched(growing)).rejects.toMatchObject({ key: 'incidents.fileChanged' });
    truncateSync(`${onNode}.gz`, maxFileBytes + 1);
    await expect(fetched()).rejects.toMatchObject({ key: 'incidents.fileTooLarge', params: { mib: 256 } });
    entries.splice(1);
    await expect(
      (async () => {
        for await (const _ of attachments.fetchBugReport('incident', 'another'));
      })(),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    state = 'closed';
    await expect(fetched()).rejects.toMatchObject({ key: 'incidents.isClosed' });
    expect(readdirSync(folder)).toEqual(before);
  });
});
