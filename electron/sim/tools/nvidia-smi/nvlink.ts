import type { SimGpu } from '../../model/gpu';

/**
 * `nvlink -s`, `-e` for the errors of each link, `-gt d` for what they carried. A PCIe card has the links in silicon; without a
 * bridge they sleep.
 */
export function nvlinkText(gpus: readonly SimGpu[], shows: 'status' | 'errors' | 'data'): string {
  let text = '';
  for (const gpu of gpus) {
    const { card } = gpu.slot;
    text += `GPU ${gpu.index}: ${card.productName} (UUID: ${gpu.uuid})\n`;
    if (card.nvlinkCount === 0) text += 'Device does not have or support Nvlink\n';
    else if (gpu.isMigEnabled) text += 'Nvlink queries are not supported for Devices in MIG mode\n';
    else {
      const isBridged = !card.productName.includes('PCIe');
      for (let link = 0; link < card.nvlinkCount; link += 1) {
        const isUp = isBridged && link < card.nvlinkCount - gpu.nvlinksDown;
        if (shows === 'data') text += isUp ? dataOf(gpu, link) : '';
        else if (shows === 'status')
          text += `\t Link ${link}: ${isUp ? `${card.nvlinkGBPerSec} GB/s` : '<inactive>'}\n`;
        else if (isBridged) text += errorsOf(gpu, link);
      }
    }
  }
  return text;
}

/** What was carried since the driver was loaded; each link has its part. */
function dataOf(gpu: SimGpu, link: number): string {
  const kib = Math.floor(gpu.nvlinkBytes / gpu.slot.card.nvlinkCount / 1024);
  return `\t Link ${link}: Data Tx: ${kib} KiB\n\t Link ${link}: Data Rx: ${kib} KiB\n`;
}

/** A few replays a month are what links of this speed have; the errors behind them are corrected. */
function errorsOf(gpu: SimGpu, link: number): string {
  const isDown = link >= gpu.slot.card.nvlinkCount - gpu.nvlinksDown;
  const replays = isDown ? 214 : (gpu.index * 31 + link * 17) % 29 === 0 ? 1 : 0;
  const counters = [
    ['Replay Errors', replays],
    ['Recovery Errors', isDown ? 3 : 0],
    ['CRC Errors', replays * 2],
  ] as const;
  return `${counters.map(([name, count]) => `\t Link ${link}: ${name}: ${count}\n`).join('')}\n`;
}
