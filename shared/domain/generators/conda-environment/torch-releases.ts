import { minorOf } from '../../compatibility/versions';

/** What belongs to a PyTorch that the pytorch channel has: `cuda` are the selectors `pytorch-cuda=…`. */
interface TorchRelease {
  readonly python: readonly [oldest: string, newest: string];
  readonly torchvision: string;
  readonly cuda: readonly string[];
}

export const releaseSource = 'pytorch/pytorch RELEASE.md (release compatibility matrix)';

/** The channel ends with 2.5.1. Source: pytorch/pytorch RELEASE.md, release compatibility matrix; for 2.0: Installing previous versions. */
const releases: Readonly<Record<string, TorchRelease>> = {
  '2.0': { python: ['3.8', '3.11'], torchvision: '0.15', cuda: ['11.7', '11.8'] },
  '2.1': { python: ['3.8', '3.11'], torchvision: '0.16', cuda: ['11.8', '12.1'] },
  '2.2': { python: ['3.8', '3.12'], torchvision: '0.17', cuda: ['11.8', '12.1'] },
  '2.3': { python: ['3.8', '3.12'], torchvision: '0.18', cuda: ['11.8', '12.1'] },
  '2.4': { python: ['3.8', '3.12'], torchvision: '0.19', cuda: ['11.8', '12.1', '12.4'] },
  '2.5': { python: ['3.9', '3.13'], torchvision: '0.20', cuda: ['11.8', '12.1', '12.4'] },
};

/** Null: older or newer than the table. */
export function torchRelease(version: string): TorchRelease | null {
  return releases[minorOf(version)] ?? null;
}

/** The oldest driver for the CUDA libraries of a build. Source: NVIDIA CUDA Toolkit Release Notes, minor version compatibility. */
export function oldestDriver(cuda: string): string | null {
  if (cuda.startsWith('11.')) return '450.80.02';
  return cuda.startsWith('12.') ? '525.60.13' : null;
}
