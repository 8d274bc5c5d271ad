import { expect, it } from 'vitest';
import type { FrozenTrack } from '#shared/domain/telemetry/frozen-samples';
import { renderHtml } from './render-html';
import { renderMarkdown } from './render-markdown';
import { wordsFor } from './report-words';
import { sampleBlocks, sourceBlocks } from './sample-blocks';

const times = [0, 30_000, 60_000].map((ms) => Date.UTC(2026, 0, 1) + ms);
const samples: FrozenTrack[] = [
  {
    hostId: 'h1',
    subject: 'gpu GPU-1',
    times,
    series: [
      { metric: 'gpu.temperatureC', values: [80, null, 92] },
      { metric: 'gpu.memoryTotalBytes', values: [85_520_809_984, 85_520_809_984, 85_520_809_984] },
      { metric: 'gpu.powerW', values: [null, null, null] },
    ],
  },
];

it('draws what moved in the minute before, says what stood still, and where each was read', () => {
  const input = { incident: {} as never, hostNames: new Map([['h1', '<dgx>']]), language: 'en' as const };
  const words = wordsFor({ ...input, madeAtMs: 0, hiddenCount: null });
  const blocks = [...sampleBlocks(samples, words), ...sourceBlocks(samples, words)];
  const texts = { documentTitle: '', title: '', subtitle: '', note: '' };
  const html = renderHtml({ language: 'en', ...texts, blocks });
  // From its least below to its greatest above; where it was not known there is no line.
  expect(html).toContain('<path d="M0.0 21.0h0M150.0 1.0h0"/>');
  expect(html).toContain('&lt;dgx&gt;, gpu GPU-1 (2026-01-01 00:00:00 – 00:01:00 UTC)');
  expect(html).toContain('<td>92 °C</td>');
  expect(html).toContain('nvidia-smi --query-gpu=temperature.gpu');
  const markdown = renderMarkdown({ language: 'en', ...texts, blocks });
  expect(markdown).toContain('| Temperature | ▁ █ | 80 °C | 92 °C | 92 °C |');
  expect(markdown).toContain('Memory in total 79.6 GiB');
  expect(markdown).not.toMatch(/Power \d/);
});
