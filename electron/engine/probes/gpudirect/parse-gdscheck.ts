import type { GpudirectFacts } from '#shared/domain/facts/network';
import { integerOf, linesOf } from '../lib/lines';

type Storage = NonNullable<GpudirectFacts['storage']>;

/**
 * `gdscheck -p`:
 *   GDS release version: 1.14.0.30
 *   nvidia_fs version:  2.24 libcufile version: 2.12
 *   NVMe               : Supported
 *   GPU index 0 NVIDIA RTX 6000 Ada Generation bar:1 bar size (MiB):65536 supports GDS, IOMMU State: Disabled
 * Null: not that.
 */
export function parseGdscheck(text: string): Storage | null {
  const storage: Storage = {
    releaseVersion: null,
    fsModuleVersion: null,
    libraryVersion: null,
    drivers: [],
    isPeerDirectEnabled: null,
    gpus: [],
  };
  let section = '';
  for (const raw of linesOf(text)) {
    const line = raw.trim();
    if (/^[A-Z ]{3,40}:$/.test(line)) section = line;
    storage.releaseVersion ??= /^GDS release version: *([\d.]{1,20})$/.exec(line)?.[1] ?? null;
    storage.fsModuleVersion ??= /\bnvidia_fs version: *([\d.]{1,20})/.exec(line)?.[1] ?? null;
    storage.libraryVersion ??= /\blibcufile version: *([\d.]{1,20})/.exec(line)?.[1] ?? null;
    const driver = /^([A-Z][\w .-]{1,40}?)\s*: *(Supported|Unsupported)$/.exec(line);
    if (section === 'DRIVER CONFIGURATION:' && driver) {
      storage.drivers.push({ name: driver[1] ?? '', isSupported: driver[2] === 'Supported' });
    }
    const peer = /^--Mellanox PeerDirect *: *(Enabled|Disabled)$/.exec(line)?.[1];
    if (peer) storage.isPeerDirectEnabled = peer === 'Enabled';
    const gpu =
      /^GPU index (\d{1,3}) (.{1,80}?) bar:\d.{0,60}? (supports GDS|does not support GDS)(?:, IOMMU State: (.{1,40}))?$/.exec(
        line,
      );
    const index = integerOf(gpu?.[1]);
    if (gpu && index !== null) {
      storage.gpus.push({
        index,
        name: gpu[2] ?? '',
        supportsGds: gpu[3] === 'supports GDS',
        iommu: gpu[4]?.trim() ?? null,
      });
    }
  }
  return storage.releaseVersion === null ? null : storage;
}
