import type { KernelLogKnowledge } from '../../knowledge/catalogs/kernel-log/kernel-log-catalogue';
import type { CodeAction, CodeSeverity } from '../../knowledge/catalogs/kernel-log/kernel-log-schema';
import type { LocalizedText } from '../text';
import type { KernelEvent } from './kernel-event';
import type { LogEntry } from './log-report';
import { nvlink4Bits, nvlink5Meaning } from './nvlink-words';

export type Explanation = Pick<
  LogEntry,
  'severity' | 'action' | 'scope' | 'name' | 'meaning' | 'note' | 'details' | 'tree' | 'sources'
>;

const order: readonly CodeSeverity[] = ['info', 'warn', 'critical', 'fatal'];
export const severityRank = (severity: CodeSeverity): number => order.indexOf(severity);
const worst = (left: CodeSeverity, right: CodeSeverity): CodeSeverity =>
  severityRank(left) >= severityRank(right) ? left : right;

const unlisted: LocalizedText = {
  en: 'A code that the catalogue does not have, perhaps a new one: a person should look at it.',
  'zh-CN': '目录中没有的代码，可能是新的：需要人工查看。',
};

/** What an event means, by the catalogue. `driverBranch`: 575 of 575.57.08, where it is known. */
export function explainEvent(
  event: KernelEvent,
  knowledge: KernelLogKnowledge,
  driverBranch: number | null = null,
): Explanation {
  if (event.id === 'xid') return explainXid(event, knowledge, driverBranch);
  if (event.id === 'sxid') return explainSxid(event, knowledge);
  const { name, meaning, severity, action, tree, sources } = knowledge.events[event.id];
  return { name, meaning, severity, action, tree, sources, scope: 'unknown', note: null, details: [] };
}

function explainXid(event: KernelEvent, knowledge: KernelLogKnowledge, driverBranch: number | null): Explanation {
  const { correlation } = knowledge;
  const entry = knowledge.xids.get(event.code ?? 0);
  const tree = correlation.trees.find(({ xids }) => xids.includes(event.code ?? 0))?.tree ?? null;
  if (!entry) return { ...unknownCode(`Xid ${event.code}`), tree };
  const { name, meaning, severity, action, scope, note = null, sources } = entry;
  const plain: Explanation = { name, meaning, severity, action, scope, note, tree, sources, details: [] };
  if (event.code === 154) return { ...plain, ...recovery(event, knowledge) };
  if (event.code === 74) return { ...plain, details: nvlink4(event, knowledge) };
  return event.words.length > 0 ? { ...plain, ...nvlink5(event, knowledge, driverBranch) } : plain;
}

function explainSxid(event: KernelEvent, { sxids, correlation }: KernelLogKnowledge): Explanation {
  const entry = sxids.get(event.code ?? 0);
  const tree = correlation.trees.find((one) => one.sxids.includes(event.code ?? 0))?.tree ?? 'nvlink-fabric';
  if (!entry) return { ...unknownCode(`SXid ${event.code}`), tree };
  const { mnemonic, block, meaning, severity, action, scope, sources } = entry;
  return {
    name: { en: mnemonic, 'zh-CN': mnemonic },
    meaning: { en: `${block.en}: ${meaning.en}`, 'zh-CN': `${block['zh-CN']}：${meaning['zh-CN']}` },
    // The switch itself knows best whether it was fatal.
    severity: event.isFatal ? worst(severity, 'critical') : severity,
    action,
    scope,
    note: null,
    details: [],
    tree,
    sources,
  };
}

function unknownCode(code: string): Explanation {
  const name = { en: code, 'zh-CN': code };
  return {
    name,
    meaning: unlisted,
    severity: 'warn',
    action: 'unspecified',
    scope: 'unknown',
    note: null,
    details: [],
    tree: null,
    sources: [],
  };
}

function recovery({ recovery: told }: KernelEvent, { correlation }: KernelLogKnowledge): Partial<Explanation> {
  if (!told) return {};
  const known = correlation.recoveryActions.find(({ value }) => value === told.to.value);
  const text = `${told.from.text} → ${told.to.text}`;
  const action: CodeAction = known?.action ?? 'unspecified';
  return {
    action,
    // Back to None is good news; what is not known needs a person.
    severity: action === 'none' ? 'info' : 'critical',
    details: [{ en: text, 'zh-CN': text }, ...(known ? [known.text] : [])],
  };
}

function nvlink4(event: KernelEvent, { nvlink }: KernelLogKnowledge): LocalizedText[] {
  return nvlink4Bits(event.words, nvlink).map(({ word, bit, verdict }) => {
    const words = nvlink.verdicts[verdict] ?? { en: verdict, 'zh-CN': verdict };
    return {
      en: `word ${word}, bit ${bit}: ${words.en}`,
      'zh-CN': `第 ${word} 个字，位 ${bit}：${words['zh-CN']}`,
    };
  });
}

const actions: Readonly<Record<string, CodeAction>> = {
  IGNORE: 'none',
  RESET_GPU: 'reset-gpu',
  XID_154_EVAL: 'follow-xid154',
  CONTACT_SUPPORT: 'contact-vendor',
};

function nvlink5(event: KernelEvent, { nvlink }: KernelLogKnowledge, branch: number | null): Partial<Explanation> {
  const found = nvlink5Meaning(event, nvlink, branch);
  if (!found) {
    return {
      details: [
        {
          en: 'NVIDIA’s table has no row for these words, or more than one: it can not be said what they mean.',
          'zh-CN': 'NVIDIA 的表中没有与这些字对应的唯一行：无法判断其含义。',
        },
      ],
    };
  }
  const { row, immediate, isPromoted } = found;
  const bucket = (id: string) => nvlink.buckets[id] ?? { en: id, 'zh-CN': id };
  const [now, later] = [bucket(immediate), bucket(row.investigate)];
  const isFatal = row.severity !== 'non-fatal' || isPromoted || event.isFatal === true;
  return {
    action: actions[immediate] ?? 'unspecified',
    severity:
      row.severity === 'fatal' || isPromoted
        ? 'fatal'
        : isFatal
          ? 'critical'
          : immediate === 'IGNORE'
            ? 'info'
            : 'warn',
    details: [
      { en: `${row.unit}, ${row.severity}: ${now.en}`, 'zh-CN': `${row.unit}，${row.severity}：${now['zh-CN']}` },
      { en: `then: ${later.en}`, 'zh-CN': `随后：${later['zh-CN']}` },
    ],
  };
}
