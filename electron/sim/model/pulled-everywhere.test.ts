import { describe, expect, it } from 'vitest';
import { allProbes } from '../../engine/probes/all';
import { nodeFiles } from '../files';
import type { FileEntry } from '../files/file-entry';
import { dgxH100 } from '../profiles';
import { renderTool } from '../tools';
import { injectFault } from './apply-fault';
import { NodeModel } from './node-model';

/** Runs as they are asked for on a node: every tool call of every probe that is no script. */
const calls = allProbes
  .flatMap(({ commands }) => commands)
  .flatMap(({ argv, forEach }) => (argv[0] === 'sh' || forEach ? [] : [argv]));

function modelOf(): NodeModel {
  return new NodeModel({ profile: dgxH100, name: 'node', seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
}

/** Everything that tells of the node but its log of the past, by where it stands. */
function told(model: NodeModel): Map<string, string> {
  const textOf = (file: FileEntry): string =>
    typeof file === 'string' ? file : 'link' in file ? file.link : 'rootOnly' in file ? file.rootOnly : '';
  const files = [...nodeFiles(model, [])].filter(([path]) => !path.startsWith('/var/log'));
  const tools = calls.map(
    (argv) => [argv.join(' '), String(renderTool(model, argv, { user: 'root', uid: 0 }).stdout)] as const,
  );
  return new Map([
    ...files.map(([path, file]) => [path, `${path} ${textOf(file)}`] as const),
    ...tools.filter(([call]) => !/^(dmesg|journalctl)/.test(call)),
  ]);
}

describe('a part that is pulled leaves every file and tool:', () => {
  const whole = modelOf();
  const gpu = whole.gpus[2];
  it.each([
    ['gpu', gpu?.uuid ?? '', [gpu?.uuid, gpu?.serial, '0000:52:00.0']],
    ['nic', 'mlx5_3', ['mlx5_3', 'ibp94s0', '0000:5e:00.0']],
    ['disk', 'nvme4n1', [whole.disks.find(({ name }) => name === 'nvme4n1')?.serial]],
    ['dimm', 'CPU1_DIMM_C0', [whole.dimms.find(({ locator }) => locator === 'CPU1_DIMM_C0')?.serial]],
  ] as const)('%s %s', (kind, which, marks) => {
    const traces = (model: NodeModel, mark: string | null | undefined): string[] =>
      [...told(model)]
        .filter(([, text]) => text.toLowerCase().includes(String(mark).toLowerCase()))
        .map(([place]) => place);
    const model = modelOf();
    for (const mark of marks) expect(traces(model, mark), String(mark)).not.toEqual([]);
    injectFault(model, 'part-pulled', { kind, which });
    for (const mark of marks) expect(traces(model, mark), String(mark)).toEqual([]);
  });
});
