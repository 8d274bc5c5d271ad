import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonHolds } from '../json-holds';
import { missingFromEnvironment, readCondaEnvironmentFile, readCondaList } from './conda-file';
import { readContainerSettings } from './container-settings';
import { readTorchProof, torchProofHolds, torchProofProblems } from './torch-proof';
import { readTritonIndex, readTritonRepository } from './triton-repository';

const proof = {
  version: 1,
  at: '2026-11-23T12:00:00Z',
  python: '3.10.14',
  torch: '2.5.1',
  cuda: '12.4',
  driver: '570.133.20',
  error: null,
  gpus: [{ uuid: 'GPU-a', name: 'L4', capability: '8.9', tflops: 100, isRight: true, error: null }],
  pairs: [],
} as const;

describe('a proof of PyTorch', () => {
  it('holds for its driver and GPUs alone, and never where something went wrong', () => {
    const read = readTorchProof(JSON.stringify(proof));
    if (!read) throw new Error('no proof');
    const now = { driver: '570.133.20', gpuUuids: ['GPU-a'] };
    expect(torchProofHolds(read, now)).toBe(true);
    expect(torchProofHolds(read, { ...now, driver: '580.95.05' })).toBe(false);
    expect(torchProofHolds(read, { ...now, gpuUuids: ['GPU-a', 'GPU-b'] })).toBe(false);
    expect(torchProofHolds({ ...read, gpus: [] }, { ...now, gpuUuids: [] })).toBe(false);
    const wrong = { ...read, gpus: read.gpus.map((gpu) => ({ ...gpu, isRight: false, error: 'off by 3' })) };
    expect(torchProofHolds(wrong, now)).toBe(false);
    expect(torchProofProblems(wrong)).toEqual(['GPU 0 L4 GPU-a: off by 3']);
    const silent = { ...read, pairs: [{ first: 0, second: 1, gbPerSecond: null, error: 'ncclSystemError' }] };
    expect(torchProofProblems(silent)).toEqual(['NCCL 0-1: ncclSystemError']);
    expect(torchProofProblems({ ...read, cuda: null })).toEqual(['PyTorch 2.5.1: CPU only']);
  });
});

describe('an environment.yml of a node', () => {
  const file =
    'name: e\nchannels: [conda-forge]\ndependencies:\n  - python=3.10\n  - numpy<2\n  - pip\n  - pip:\n      - Transformers==4.30.2\n';

  it('fixes packages, which an environment has or lacks', () => {
    const read = readCondaEnvironmentFile(file, {});
    expect(read?.packages).toEqual([
      { name: 'python', version: '3.10' },
      { name: 'transformers', version: '4.30.2' },
    ]);
    const list = (versions: object) =>
      readCondaList(JSON.stringify(Object.entries(versions).map(([name, version]) => ({ name, version })))) ?? {
        packages: [],
      };
    expect(
      missingFromEnvironment(read ?? { packages: [] }, list({ python: '3.10.14', transformers: '4.30.2' })),
    ).toEqual([]);
    // 3.1 is not 3.10.
    expect(missingFromEnvironment(read ?? { packages: [] }, list({ python: '3.1', transformers: '4.30.20' }))).toEqual([
      'python 3.10',
      'transformers 4.30.2',
    ]);
    expect(readCondaList('{"error": "EnvironmentLocationNotFound"}')).toBeNull();
  });
});

describe('a model repository', () => {
  it('tells models without a version, and leaves folders alone that are no versions', () => {
    const listing =
      '/m:\na/\nb/\nc/\nreadme.md\n\n/m/a:\n1/\n10/\n02/\n\n/m/a/1:\nmodel.onnx\n\n/m/a/10:\nmodel.onnx\n\n/m/b:\nmodel.onnx\n\n/m/c:\n1/\nconfig.pbtxt\n\n/m/c/1:\n';
    expect(readTritonRepository(listing, '/m/')?.models).toEqual([
      { name: 'a', hasConfig: false, versions: [1, 10], problem: null },
      { name: 'b', hasConfig: false, versions: [], problem: 'no-version' },
      { name: 'c', hasConfig: true, versions: [1], problem: null },
    ]);
    expect(readTritonRepository('', '/m')).toBeNull();
    expect(readTritonIndex('[{"name":"a"}]')).toEqual([{ name: 'a', version: '', state: '', reason: '' }]);
  });
});

describe('JSON settings', () => {
  it('hold what they hold, whatever else is there', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (more, part) => jsonHolds(JSON.stringify({ ...more, ...part }), JSON.stringify(part)),
      ),
    );
    expect(jsonHolds('{"a": {"b": 1}}', '{"a": {"b": 2}}')).toBe(false);
    expect(jsonHolds('{"a": [1, 2]}', '{"a": [1]}')).toBe(false);
    expect(jsonHolds('no JSON', '{}')).toBe(false);
  });
});

describe('what is printed by a node', () => {
  it('never throws, and is nothing where it is something else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const read of [readTorchProof, readContainerSettings, readTritonIndex, readCondaList]) read(text);
        readTritonRepository(text, '/m');
        return readTorchProof(text) === null && readContainerSettings(text) === null;
      }),
    );
  });
});
