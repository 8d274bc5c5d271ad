import type { NodeFacts, ProbeId } from '../facts/index';
import type { LocalizedText } from '../text';

/** What a form holds while it is filled in: plain JSON, of which each part may be missing or wrong. */
export type Values = Readonly<Record<string, unknown>>;

/** A field of a generated file's form, explained in the words of the tool that reads the file. */
export type GeneratorField = {
  readonly name: string;
  readonly label: LocalizedText;
  /** What it does, its default, when to change it. */
  readonly help: LocalizedText;
  readonly unit?: string;
  readonly isRequired?: boolean;
  /**
   * Whether the values so far make it matter: those around it (of its row or group), and those of the whole form. A field that
   * has a value is shown all the same, as the value is written.
   */
  readonly isShown?: (around: Values, form: Values) => boolean;
} & (
  | { readonly kind: 'text' | 'boolean'; readonly placeholder?: string }
  /** `isYaml`: must be a YAML mapping, of which JSON is one. */
  | { readonly kind: 'multiline'; readonly placeholder?: string; readonly isYaml?: true }
  /** `word`: stands in place of a number (`auto`). */
  | {
      readonly kind: 'integer' | 'number';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly word?: string;
    }
  /** An array of numbers; `word` in place of all of them. */
  | {
      readonly kind: 'integers' | 'numbers';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly word?: string;
    }
  /** An array of texts whose order counts. */
  | { readonly kind: 'texts'; readonly placeholder?: string }
  | {
      readonly kind: 'choice';
      readonly choices: ReadonlyArray<{ readonly value: string; readonly label: LocalizedText }>;
    }
  | { readonly kind: 'group'; readonly fields: readonly GeneratorField[] }
  /** Rows of the same fields; `one` names a row ("Input"). */
  | { readonly kind: 'list'; readonly one: LocalizedText; readonly fields: readonly GeneratorField[] }
);

/** What is wrong with values: where (names and row numbers from 0), how much, why, and who says so. */
export interface GeneratorProblem {
  readonly path: ReadonlyArray<string | number>;
  /** `error`: the tool refuses it. `warn`: it will not do what was meant. `info`: worth knowing. */
  readonly severity: 'error' | 'warn' | 'info';
  readonly text: LocalizedText;
  readonly source: string | null;
}

export interface GeneratedFile {
  readonly fileName: string;
  readonly language: 'yaml' | 'json' | 'dockerfile' | 'pbtxt' | 'ini' | 'python' | 'shell' | 'text';
  readonly text: string;
  /** Where it usually lies on a node. Left out: in a project's folder. */
  readonly path?: string;
  /** What chmod is given for a file that is new; left out: everybody may read it. */
  readonly mode?: string;
  /** What makes it count once it is there; left out: what reads it does so by itself, or is started by hand. */
  readonly activation?: FileActivation;
}

/**
 * `unit`: enabled and started. `prometheus`: loaded again. `compose`: containers made of it. `netplan`: its interfaces set up anew.
 * `sysctl`: values set.
 */
export type FileActivation = 'unit' | 'prometheus' | 'compose' | 'netplan' | 'sysctl';

/** A form that is filled in already, to begin with. */
export interface GeneratorExample {
  readonly id: string;
  readonly title: LocalizedText;
  /** What it is for, and how it differs from the others. */
  readonly description: LocalizedText;
  readonly values: Values;
}

/**
 * A generator of configuration files. Values are plain JSON: what the form holds while it is filled in, so each part may be missing
 * or wrong; nothing here throws for it. Pure.
 */
export interface Generator {
  readonly id: string;
  readonly title: LocalizedText;
  readonly description: LocalizedText;
  /** Where the first file usually lies on a node; null: in a project's folder. */
  readonly nodePath: string | null;
  /** Whose facts `initial` and `problems` look at. */
  readonly probeIds: readonly ProbeId[];
  readonly sections: ReadonlyArray<{ readonly title: LocalizedText; readonly fields: readonly GeneratorField[] }>;
  readonly examples: readonly GeneratorExample[];
  /** What a form begins with; facts of the node it is for, where it is for one. */
  initial(facts: NodeFacts | null): Record<string, unknown>;
  /** Checked against the fields, against each other and against the node. */
  problems(values: Values, facts: NodeFacts | null): GeneratorProblem[];
  /** The same values give the same bytes. The first one is the file itself, others go with it (launch code, say). */
  files(values: Values): GeneratedFile[];
  /** Values of an existing or pasted file, repaired where it is clear what was meant; `notes` say what was changed or is not kept. */
  read?(text: string): { readonly values: Record<string, unknown>; readonly notes: readonly GeneratorProblem[] } | null;
  /** Where a text that `read` does not understand breaks; null: can't be told. */
  fault?(text: string): GeneratorProblem | null;
}
