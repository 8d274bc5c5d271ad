import { z } from 'zod';
import { gpuUserSchema } from '#shared/domain/gpu-memory';
import { gpuRecoverySchema } from '#shared/domain/gpu-recovery';
import type { Language } from '#shared/domain/text';
import { probeStateText, recoveryText, words } from '../words';
import { defineFunction, type TreeFunction } from './define-function';

const number = z.number();
const text = z.string();

/** 49.6 GiB, 320 KiB: binary, as drivers report memory. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(value >= 100 || unit === 0 ? 0 : 1))} ${units[unit]}`;
}

/** 11 d 3 h, 5 min 20 s: the two largest units. */
export function formatDuration(seconds: number, language: Language): string {
  const units: [number, string, string][] = [
    [86_400, 'd', '天'],
    [3600, 'h', '小时'],
    [60, 'min', '分'],
    [1, 's', '秒'],
  ];
  const whole = Math.max(0, Math.round(seconds));
  const first = units.findIndex(([size]) => whole >= size);
  if (first < 0) return language === 'en' ? '0 s' : '0 秒';
  const parts: string[] = [];
  let rest = whole;
  for (const [size, en, chinese] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${language === 'en' ? en : chinese}`);
  }
  return parts.join(' ');
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** A format costs a hundred times what it takes to use it. */
function formatNumber(value: number, digits: number, language: Language): string {
  const key = `${language} ${digits}`;
  const format =
    numberFormats.get(key) ??
    new Intl.NumberFormat(language === 'en' ? 'en-US' : 'zh-CN', { maximumFractionDigits: digits });
  numberFormats.set(key, format);
  return format.format(value);
}

const maxListed = 12;

/** Functions that turn values into words, for `{{ }}` in texts. */
export const formatFunctions: readonly TreeFunction[] = [
  defineFunction('formatBytes', { bytes: number }, text, ({ bytes }) => formatBytes(bytes)),
  defineFunction(
    'formatGb',
    { bytes: number },
    text,
    ({ bytes }, language) => `${formatNumber(bytes / 1e9, 2, language)} GB`,
  ),
  defineFunction(
    'plural',
    { count: number, one: text, other: text },
    text,
    ({ count, one, other }, language) => `${formatNumber(count, 0, language)} ${count === 1 ? one : other}`,
  ),
  defineFunction('formatPid', { pid: number }, text, ({ pid }) => String(pid)),
  defineFunction('formatPercent', { percent: number }, text, ({ percent }) => `${Number(percent.toFixed(1))} %`),
  defineFunction('formatDuration', { seconds: number }, text, ({ seconds }, language) =>
    formatDuration(seconds, language),
  ),
  defineFunction('formatNumber', { value: number }, text, ({ value }, language) => formatNumber(value, 2, language)),
  defineFunction('listText', { items: z.array(text) }, text, ({ items }, language) =>
    items.length === 0
      ? '—'
      : items.slice(0, maxListed).join(words.listSeparator[language]) + (items.length > maxListed ? ' …' : ''),
  ),
  defineFunction('numbersText', { items: z.array(number) }, text, ({ items }) =>
    items.length === 0 ? '—' : items.join(','),
  ),
  defineFunction('sumOf', { items: z.array(number) }, number, ({ items }) =>
    items.reduce((sum, item) => sum + item, 0),
  ),
  defineFunction('smallestOf', { items: z.array(number) }, number, ({ items }) =>
    items.length === 0 ? null : Math.min(...items),
  ),
  defineFunction('stateText', { state: text }, text, ({ state }, language) => probeStateText(state, language)),
  defineFunction('describeRecovery', { gpus: z.array(gpuRecoverySchema) }, text, ({ gpus }, language) =>
    gpus
      .slice(0, maxListed)
      .map(({ index, pciBusId, reason, detail }) => {
        const parts = [recoveryText(reason, language), detail].filter((part) => part !== '');
        return `- GPU ${index} (${pciBusId}): ${parts.join(' ')}`;
      })
      .join('\n'),
  ),
  defineFunction('describeUsers', { users: z.array(gpuUserSchema) }, text, ({ users }, language) =>
    users.length === 0
      ? '- —'
      : users
          .slice(0, maxListed)
          .map((user) => `- ${describeUser(user, language)}`)
          .join('\n'),
  ),
];

/** `PID 4711 train.py (user 1007, running for 11 d, 49.6 GiB on GPU 3)`, leaving out what is not known. */
export function describeUser(user: z.infer<typeof gpuUserSchema>, language: Language): string {
  const isEnglish = language === 'en';
  const command = (user.commandLine ?? user.name ?? '').replace(/\s+/g, ' ').slice(0, 120);
  const memory = user.usedMemoryBytes === null ? null : formatBytes(user.usedMemoryBytes);
  const parts = [
    user.user === null ? null : isEnglish ? `user ${user.user}` : `用户 ${user.user}`,
    user.state === null ? null : isEnglish ? `state ${user.state}` : `状态 ${user.state}`,
    user.elapsedSeconds === null
      ? null
      : isEnglish
        ? `running for ${formatDuration(user.elapsedSeconds, language)}`
        : `已运行 ${formatDuration(user.elapsedSeconds, language)}`,
    memory === null
      ? `GPU ${user.gpuIndex}`
      : isEnglish
        ? `${memory} on GPU ${user.gpuIndex}`
        : `在 GPU ${user.gpuIndex} 上占用 ${memory}`,
  ].filter((part) => part !== null);
  const about = parts.join(words.listSeparator[language]);
  return `PID ${user.pid}${command === '' ? '' : ` ${command}`}${isEnglish ? ` (${about})` : `（${about}）`}`;
}
