import type { Brought } from '#shared/domain/action';
import { type BroughtKind, imageFile, installedFolder } from '#shared/domain/playbook/package-set';
import type { Scope } from '../../trees/language/expression';
import type { ActionContext } from '../action';
import { type Filled, fillArgv, fillText } from './argv-template';
import { isCarried } from './carried';
import type { CompiledFix } from './compile-fix';
import { downloadOf } from './download-step';
import type { FilledStep } from './filled-step';
import type { FixDefinition } from './fix-schema';

/** What the words of a command take from the internet; null: nothing. What its own commands say can't be forgotten in a list beside. */
function kindOf(argv: readonly unknown[]): BroughtKind | null {
  const words = argv.filter((word): word is string => typeof word === 'string');
  if (words[0] === 'docker' && words[1] === 'pull') return 'image';
  if (words.some((word, at) => word === 'pip' && words[at + 1] === 'install')) return 'wheel';
  if (words[0]?.endsWith('/conda') && words[1] === 'env' && words[2] === 'create') return 'conda';
  return words.some((word) => word.includes('site.huggingFace')) ? 'model' : null;
}

/** What an action takes from the internet on some node, by its file. */
export function broughtKindsOf({ steps }: FixDefinition): BroughtKind[] {
  const kinds = steps.flatMap((step): BroughtKind[] => {
    if (step.kind === 'packages') return ['package'];
    if (step.kind === 'download') return ['file'];
    return step.kind === 'command' ? [kindOf(step.argv) ?? []].flat() : [];
  });
  // What the file of a conda environment says beside conda's own packages comes with pip.
  return [...new Set(kinds.flatMap((kind): BroughtKind[] => (kind === 'conda' ? [kind, 'wheel'] : [kind])))];
}

/** The same with names, as far as they can be told. Of an image whether it is there already is not asked: another node may lack it. */
export function broughtBy({ steps }: CompiledFix, scope: Scope): Brought[] {
  return steps.flatMap((step): Brought[] => {
    const isOut = (() => {
      const when = step.when?.evaluate(scope);
      return when !== undefined && !(when.isKnown && when.value === true);
    })();
    if (step.kind === 'download') {
      if (isOut) return [];
      const text = (template: typeof step.url | null) => template && filledValue(fillText(template, scope));
      const texts = { url: text(step.url) ?? '', sha256: text(step.sha256), fingerprint: text(step.fingerprint) };
      const download = downloadOf({ ...texts, path: '' }, '');
      const { url, sha256, fingerprints } = download ?? { url: null, sha256: null, fingerprints: [] };
      return [{ kind: 'file', name: url, sha256, fingerprints }];
    }
    if (step.kind !== 'command') return [];
    const kind = kindOf(step.definition.argv);
    if (kind === null || kind === 'conda') return [];
    if (kind !== 'image')
      return isOut ? [] : [{ kind, name: filledValue(fillArgv(step.argv, scope))?.join(' ') ?? null }];
    return [{ kind, name: filledValue(fillArgv(step.argv, scope))?.at(-1) ?? null }];
  });
}

const filledValue = <Value>(filled: Filled<Value>): Value | null => ('value' in filled ? filled.value : null);

/** Images that a carried set has are loaded out of it instead of being pulled. */
export async function loadedFromSet(context: ActionContext, steps: readonly FilledStep[]): Promise<FilledStep[]> {
  const filled: FilledStep[] = [];
  for (const step of steps) {
    const image = step.kind === 'command' && kindOf(step.argv) === 'image' ? step.argv.at(-1) : undefined;
    const file = image === undefined ? null : imageFile(image);
    filled.push(
      file !== null && (await isCarried(context, file))
        ? { ...step, argv: ['docker', 'load', '--quiet', '--input', `${installedFolder}/${file}`] }
        : step,
    );
  }
  return filled;
}
