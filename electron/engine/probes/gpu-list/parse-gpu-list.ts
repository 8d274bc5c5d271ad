import type { GpuListFacts } from '#shared/domain/facts/gpu';

/**
 * Reads `nvidia-smi -L`:
 *   GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4)
 *     MIG 3g.40gb     Device  0: (UUID: MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde)
 * Drivers before 470 name a slice `MIG-GPU-<uuid>/1/0`. Null: a line that is neither, or no GPU at all.
 */
export function parseGpuList(text: string): GpuListFacts | null {
  const gpus: GpuListFacts['gpus'] = [];
  for (const line of text.split('\n')) {
    const gpu = /^GPU (\d{1,4}): (.{1,200}) \(UUID: (GPU-[0-9a-fA-F-]{36})\)\s*$/.exec(line);
    if (gpu) {
      gpus.push({ index: Number(gpu[1]), name: gpu[2] ?? '', uuid: gpu[3] ?? '', migDevices: [] });
      continue;
    }
    const mig = /^ +MIG (\S{1,40}) +Device +(\d{1,4}): \(UUID: (MIG-[0-9a-zA-Z/-]{1,100})\)\s*$/.exec(line);
    if (mig) {
      const owner = gpus.at(-1);
      if (!owner) return null;
      owner.migDevices.push({ index: Number(mig[2]), profile: mig[1] ?? '', uuid: mig[3] ?? '' });
      continue;
    }
    // A broken line among good ones is output cut short; words before the first GPU are a banner.
    if (gpus.length > 0 && line.trim() !== '') return null;
  }
  return gpus.length > 0 ? { gpus } : null;
}
