import type { KnownGpu } from '#shared/domain/expected-gpus';
import type { CoolingOutlier } from '#shared/domain/gpu-cooling';
import type { GpuHeat } from '#shared/domain/gpu-heat';
import type { GpuLink } from '#shared/domain/gpu-links';
import type { GpuMemoryErrors } from '#shared/domain/gpu-memory-errors';
import type { GpuPresence } from '#shared/domain/gpu-presence';
import type { Language } from '#shared/domain/text';

const maxListed = 16;

/** One line a GPU; what is not known is left out. */
function lines<Item>(items: readonly Item[], line: (item: Item) => string): string {
  if (items.length === 0) return '- —';
  const shown = items.slice(0, maxListed).map((item) => `- ${line(item)}`);
  return [...shown, ...(items.length > maxListed ? ['- …'] : [])].join('\n');
}

function short(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** `GPU 3 (0000:9b:00.0): 93 °C, 2 °C left to its limit, heat in 6 of 6 samples (98 % of the time), 412 of 700 W, fan 100 %` */
export function describeHeat(gpus: readonly GpuHeat[], language: Language): string {
  const en = language === 'en';
  return lines(gpus, (one) => {
    const limit =
      one.limitKind === 'margin'
        ? en
          ? `least margin ${short(one.leastMarginC ?? 0)} °C`
          : `最小余量 ${short(one.leastMarginC ?? 0)} °C`
        : one.limitKind === 'max-operating'
          ? en
            ? `limit of this board ${one.limitC} °C`
            : `本卡上限 ${one.limitC} °C`
          : en
            ? `no limit told, usual limit ${one.limitC} °C`
            : `未报告上限，按常用上限 ${one.limitC} °C`;
    const memoryLimit = one.isMemoryLimitOfBoard
      ? `${one.memoryLimitC} °C`
      : en
        ? `usual limit ${one.memoryLimitC} °C`
        : `常用上限 ${one.memoryLimitC} °C`;
    const share = one.thermalPercent === null ? null : short(one.thermalPercent);
    // Samples and counter are two sources for one thing: where they differ, both are said.
    const doesDiffer = one.thermalSamples > 0 && one.thermalPercent === 0;
    const percent =
      share === null
        ? ''
        : doesDiffer
          ? en
            ? ' (contradicted by the counter of the driver, which did not move)'
            : '（与驱动计数器矛盾：计数器没有变化）'
          : en
            ? `, ${share} % of the time`
            : `，占时间 ${share} %`;
    const parts = [
      one.peakC === null ? null : `${short(one.peakC)} °C`,
      limit,
      one.memoryPeakC === null
        ? null
        : en
          ? `memory ${short(one.memoryPeakC)} °C (${memoryLimit})`
          : `显存 ${short(one.memoryPeakC)} °C（${memoryLimit}）`,
      one.thermalSamples === 0 && (one.thermalPercent ?? 0) === 0
        ? null
        : en
          ? `slowed by heat in ${one.thermalSamples} of ${one.sampleCount} samples${percent}`
          : `${one.sampleCount} 次采样中有 ${one.thermalSamples} 次因过热降频${percent}`,
      one.powerW === null
        ? null
        : `${short(one.powerW)} W${one.limitW === null ? '' : en ? ` of ${short(one.limitW)} W` : `（上限 ${short(one.limitW)} W）`}`,
      one.smMHz === null || one.maxSmMHz === null ? null : `SM ${one.smMHz} / ${one.maxSmMHz} MHz`,
      one.fanPercent === null ? null : en ? `fan ${one.fanPercent} %` : `风扇 ${one.fanPercent} %`,
      one.reasons.length === 0 ? null : `[${one.reasons.join(' ')}]`,
    ].filter((part) => part !== null);
    return `GPU ${one.index} (${one.pciBusId}): ${parts.join(en ? ', ' : '，')}`;
  });
}

/** `GPU 3: 93 °C at 412 W; GPU 0 71 °C at 430 W, GPU 1 70 °C at 425 W` */
export function describeOutliers(gpus: readonly CoolingOutlier[], language: Language): string {
  const en = language === 'en';
  const one = (gpu: { index: number; peakC: number; powerW: number }): string =>
    en
      ? `GPU ${gpu.index} ${short(gpu.peakC)} °C at ${short(gpu.powerW)} W`
      : `GPU ${gpu.index} 在 ${short(gpu.powerW)} W 时为 ${short(gpu.peakC)} °C`;
  return lines(
    gpus,
    (gpu) => `${one(gpu)}${en ? '; compared with ' : '；对比：'}${gpu.peers.map(one).join(en ? ', ' : '，')}`,
  );
}

/** `0000:9b:00.0 NVIDIA H100: in the kernel log since 2026-01-15 11:58:03 UTC, no longer on the bus` */
export function describeLost(lost: GpuPresence['lost'], language: Language): string {
  const en = language === 'en';
  return lines(lost, ({ pciBusId, name, firstAtMs, isLogged, isOnBus }) => {
    const time = firstAtMs === null ? '' : new Date(firstAtMs).toISOString().slice(0, 19).replace('T', ' ');
    const parts = [
      !isLogged
        ? en
          ? 'no line in the kernel log'
          : '内核日志中没有相关记录'
        : firstAtMs === null
          ? en
            ? 'in the kernel log, without a time'
            : '内核日志中有记录，但没有时间'
          : en
            ? `first in the kernel log at ${time} UTC`
            : `内核日志中最早于 ${time} UTC`,
      isOnBus ? null : en ? 'no longer on the bus' : '已不在总线上',
    ].filter((part) => part !== null);
    return `${pciBusId}${name === null ? '' : ` ${name}`}: ${parts.join(en ? ', ' : '，')}`;
  });
}

/** `0000:9b:00.0 NVIDIA H100: serial 1650123, last seen 2026-01-14 10:00 UTC` */
export function describeAbsent(gpus: readonly KnownGpu[], language: Language): string {
  const en = language === 'en';
  return lines(gpus, ({ pciBusId, name, serial, lastSeenMs }) => {
    const time = new Date(lastSeenMs).toISOString().slice(0, 16).replace('T', ' ');
    const parts = [
      serial === null ? null : en ? `serial ${serial}` : `序列号 ${serial}`,
      en ? `last seen ${time} UTC` : `最后见于 ${time} UTC`,
    ].filter((part) => part !== null);
    return `${pciBusId}${name === null ? '' : ` ${name}`}: ${parts.join(en ? ', ' : '，')}`;
  });
}

export function describeSilent(silent: NonNullable<GpuPresence['silent']>, language: Language): string {
  const causes: Readonly<Record<string, readonly [string, string]>> = {
    init: ['its driver could not start it', '驱动无法初始化'],
    bar: ['the firmware gave it no room for its memory (BAR)', '固件没有为其显存分配地址空间（BAR）'],
    power: ['a power cable is missing', '供电线未接好'],
    'not-loaded': ['no GPU has a driver: the kernel module is not loaded', '没有任何 GPU 绑定驱动：内核模块未加载'],
    untold: ['nothing in the kernel log says why', '内核日志中没有说明原因'],
  };
  return lines(silent, ({ pciBusId, name, driver, cause, line }) => {
    const why = causes[cause]?.[language === 'en' ? 0 : 1] ?? cause;
    const bound = driver ?? (language === 'en' ? 'no driver' : '无驱动');
    return `${pciBusId}${name === null ? '' : ` ${name}`} (${bound}): ${why}${line === null ? '' : ` — ${line}`}`;
  });
}

export function describeMemoryErrors(gpus: readonly GpuMemoryErrors[], language: Language): string {
  const en = language === 'en';
  return lines(gpus, (one) => {
    const count = (value: number | null, english: string, chinese: string): string | null =>
      value === null ? null : en ? `${english} ${value}` : `${chinese} ${value}`;
    const parts = [
      count(one.volatileUncorrected, 'uncorrected since the driver loaded', '驱动加载以来不可纠正'),
      count(one.volatileCorrected, 'corrected', '可纠正'),
      count(one.aggregateUncorrected, 'uncorrected in its life', '全生命周期不可纠正'),
      count(one.remappedUncorrectable, 'rows remapped for uncorrectable errors', '因不可纠正错误重映射的行'),
      count(one.remappedCorrectable, 'for correctable ones', '因可纠正错误重映射的行'),
      count(one.banksWithoutSpares, 'banks without spare rows', '无备用行的 bank'),
      count(one.banksLow, 'banks with few', '备用行不足的 bank'),
      count(one.retiredPages, 'retired pages', '已停用页'),
      one.xids === null || one.xids.length === 0 ? null : `Xid ${one.xids.join(', ')}`,
      one.correctedPerHour === null || one.correctedPerHour === 0
        ? null
        : en
          ? `at least ${short(one.correctedPerHour)} corrected errors an hour`
          : `每小时至少 ${short(one.correctedPerHour)} 次可纠正错误`,
      one.recoveryAction === null || /^none$/i.test(one.recoveryAction)
        ? null
        : en
          ? `the driver asks for ${one.recoveryAction}`
          : `驱动要求 ${one.recoveryAction}`,
      one.serial === null ? null : en ? `serial ${one.serial}` : `序列号 ${one.serial}`,
    ].filter((part) => part !== null);
    return `GPU ${one.index} (${one.pciBusId}): ${parts.join(en ? ', ' : '，')}`;
  });
}

/** `GPU 3 (…): x8 Gen5 of x16 Gen5, port 0000:3a:01.0, 12 replays in 60 s, AER since boot 4 correctable, 0 non-fatal, 1 fatal` */
export function describeGpuLinks(gpus: readonly GpuLink[], language: Language): string {
  const en = language === 'en';
  const lanes = (width: number | null, generation: number | null): string => `x${width ?? '?'} Gen${generation ?? '?'}`;
  return lines(gpus, (one) => {
    const now = lanes(one.width, one.generation);
    const could = lanes(one.capableWidth, one.capableGeneration);
    const card = lanes(one.cardWidth, one.cardGeneration);
    const parts = [
      en ? `${now} of ${could}` : `${now}（可达 ${could}）`,
      one.isLimitedBySlot ? (en ? `the card alone could ${card}` : `卡本身可达 ${card}`) : null,
      one.portAddress === null ? null : en ? `port ${one.portAddress}` : `端口 ${one.portAddress}`,
      one.replays === null || one.elapsedSeconds === null
        ? null
        : en
          ? `${one.replays} replays in ${short(one.elapsedSeconds)} s`
          : `${short(one.elapsedSeconds)} 秒内重传 ${one.replays} 次`,
      one.fatal === null
        ? en
          ? 'AER not told'
          : '未报告 AER'
        : en
          ? `AER since boot ${one.correctable} correctable, ${one.nonFatal} non-fatal, ${one.fatal} fatal`
          : `开机以来 AER 可纠正 ${one.correctable}、非致命 ${one.nonFatal}、致命 ${one.fatal}`,
      one.newCorrectable === null || one.newCorrectable + (one.newUncorrectable ?? 0) === 0
        ? null
        : en
          ? `of these ${one.newCorrectable + (one.newUncorrectable ?? 0)} between the two readings`
          : `其中 ${one.newCorrectable + (one.newUncorrectable ?? 0)} 次发生在两次读取之间`,
      one.xids.length === 0 ? null : `Xid ${one.xids.join(', ')}`,
      one.isUnderLoad ? null : en ? 'idle' : '空闲',
    ].filter((part) => part !== null);
    return `GPU ${one.index} (${one.pciBusId}): ${parts.join(en ? ', ' : '，')}`;
  });
}
