/** What a line of `dependencies` asks for. */
export interface CondaSpec {
  readonly channel: string | null;
  readonly name: string;
  /** `=2.0.1`, `<2024.1`, `>=1.20,<2`; empty: any version. */
  readonly constraint: string;
}

/**
 * Reads conda's match specification: `python=3.10`, `numpy<2`, `numpy >=1.20,<2`, `conda-forge::mkl`, `pytorch=2.0.1=py3.10_cuda11.8*`,
 * `pytorch[version=2.0.1]`. Null: it is none. Source: conda, conda/models/match_spec.py.
 */
export function readCondaSpec(text: string): CondaSpec | null {
  const found =
    /^(?:([A-Za-z0-9_./:-]+?)::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?:([=<>!~][^[\]]*|\s\d[^[\]]*)?(\[[^\]]*\])?)$/.exec(
      text.trim(),
    );
  if (!found?.[2]) return null;
  const constraint = (found[3] ?? '').trim();
  // A constraint that ends with its operator has lost its version.
  if (/[=<>!~]$/.test(constraint)) return null;
  return { channel: found[1] ?? null, name: found[2].toLowerCase(), constraint };
}

/** The version that a constraint fixes: 2.0.1 of `=2.0.1`, `==2.0.1`, `=2.0.1=py310*`; null where it leaves a choice. */
export function fixedVersion({ constraint }: CondaSpec): string | null {
  return /^={1,2}\s*(\d[\w.]*?)(?:\.\*|\*)?(?:=.*)?$/.exec(constraint)?.[1] ?? null;
}

/** Reads a line of `pip`: a requirement, an option (`-r`, `--index-url`), a path or an address. Null: pip refuses it. */
export function readPipRequirement(text: string): { readonly name: string | null; readonly isPinned: boolean } | null {
  if (/^(-|\.{0,2}\/|[a-z+]+:\/\/)/i.test(text) || text === '.') return { name: null, isPinned: true };
  const found =
    /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[\w\s,.-]*\])?\s*((?:===?|~=|!=|<=?|>=?)\s*[\w.*+!-]+(?:\s*,\s*(?:===?|~=|!=|<=?|>=?)\s*[\w.*+!-]+)*|@\s*\S+)?\s*(;.*)?$/.exec(
      text,
    );
  if (!found?.[1]) return null;
  return { name: found[1].toLowerCase().replace(/[._-]+/g, '-'), isPinned: /^(==|@)/.test(found[3] ?? '') };
}
