import type { GpuModel } from '../../knowledge/catalogs/catalogues';
import type { TorchProof } from '../software/torch-proof';
import type { AcceptanceOutcome } from './acceptance';

/** What one GPU or pair reached beside what its data sheet says. `peak` null: the tables have none. */
export interface JudgedRate {
  readonly kind: 'matmul' | 'nccl';
  readonly what: string;
  readonly value: number;
  readonly peak: number | null;
  readonly outcome: AcceptanceOutcome;
  readonly source: string | null;
}

/**
 * A share below which something holds a GPU back: heat, power, another program, a link. Good software reaches 0.7 to 0.85 of a data
 * sheet's matrix rate (stas00/ml-engineering, table of maximum achievable matmul FLOPS), and all-reduce of 1 GiB and more 0.75 to
 * 0.85 of NVLink's one-way rate (what our diagnosis of slow collectives expects). Half is our own limit: a short test is given room.
 */
export const leastShare = 0.5;
/** More than that of a data sheet was not measured on that GPU. NVLink SHARP passes the one-way rate of a link by a little. */
const mostShare = 1.1;

export function judgeTorchProof({ gpus, pairs }: TorchProof, models: readonly GpuModel[]): JudgedRate[] {
  const modelOf = (at: number) => models.find(({ nvidiaSmiNames }) => nvidiaSmiNames.includes(gpus[at]?.name ?? ''));
  const rate = (
    kind: JudgedRate['kind'],
    what: string,
    value: number,
    peak: number | null,
    source: string | null,
  ): JudgedRate => {
    const share = peak === null ? null : value / peak;
    const outcome = share === null || share > mostShare ? 'unknown' : share < leastShare ? 'not-met' : 'met';
    return { kind, what, value, peak, outcome, source: peak === null ? null : source };
  };
  return [
    ...gpus.flatMap(({ name, tflops }, at) => {
      const model = modelOf(at);
      const source = model?.sources.join('; ') ?? null;
      return tflops === null ? [] : [rate('matmul', `GPU ${at} ${name}`, tflops, model?.fp16Tflops ?? null, source)];
    }),
    ...pairs.flatMap(({ first, second, gbPerSecond }) => {
      const [one, other] = [modelOf(first), modelOf(second)];
      // One way of all links; of cards without NVLink the way through the board is no property of the GPU.
      const isJoined = one !== undefined && one.id === other?.id && (one.nvlinkCount ?? 0) > 0;
      const peak = isJoined && one.interconnectGBps !== null ? one.interconnectGBps / 2 : null;
      const source = one?.sources.join('; ') ?? null;
      return gbPerSecond === null ? [] : [rate('nccl', `GPU ${first} - ${second}`, gbPerSecond, peak, source)];
    }),
  ];
}
