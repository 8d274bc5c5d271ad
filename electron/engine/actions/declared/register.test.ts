import { describe, expect, it } from 'vitest';
import { shippedFiles } from '../../knowledge/shipped-files';
import { builtInActionIds, builtInCases, builtInTrees, compileTrees } from '../../trees/compile/tree-library';
import { runCases } from '../../trees/walk/run-cases';
import { allActions } from '../all';
import { compileFixText } from './fix-library';

/** Rows that code carries out. */
const coded: Readonly<Record<string, string>> = {
  A1: 'gpu-process-end',
  A2: 'environment-snippet',
  A3: 'environment-snippet',
  'C-cap': 'gpu-power-limit',
  'C-lock': 'gpu-clock-ceiling',
  C8: 'gpu-clock-ceiling',
  M1: 'gpu-power-limit',
};
const rows = [
  ...['A1', 'A2', 'A3', 'A4', 'A6', 'A7', 'B1', 'B2', 'B3', 'B4', 'B6', 'B8', 'B9', 'C-cap', 'C-lock', 'C8'],
  ...['D1', 'D2', 'D3', 'D4', 'E1', 'E3', 'E4', 'F1', 'F2', 'F3', 'G1', 'G2', 'H2', 'I1', 'I2', 'J3', 'K2', 'K5'],
  ...['L2', 'L3', 'M1', 'M2', 'N2', 'N3', 'O2', 'P1', 'P2', 'P3', 'P4', 'Q1', 'R2', 'S1', 'T1'],
] as const;
const actionsOfRow = new Map<string, string[]>(Object.entries(coded).map(([row, id]) => [row, [id]]));
const withoutRow: string[] = [];
for (const { file, text } of shippedFiles('fixes')) {
  const { id, register } = compileFixText(file, text).definition;
  if (register.length === 0) withoutRow.push(file);
  for (const row of register) actionsOfRow.set(row, [...(actionsOfRow.get(row) ?? []), id]);
}

/**
 * Which findings of a tree lead to which row: each code must propose one of the row's actions. A code stands here where the
 * "Fixes" of its tree name the row for it.
 */
const proposals: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'vram-shortage': { A1: ['F-A1'], A2: ['F-A2', 'F-A3'], A3: ['F-A7'], A4: ['F-A6'], A6: ['F-A8'], A7: ['F-A5'] },
  'network-congestion': {
    B1: ['F-B11'],
    B2: ['F-B10'],
    B3: ['F-B5', 'F-B9'],
    B4: ['F-B9'],
    B6: ['F-B3', 'F-B4'],
    B8: ['F-B12'],
    B9: ['F-B17'],
  },
  'gpu-overheating': { 'C-cap': ['F-C1', 'F-C2', 'F-C3', 'F-C4'], C8: ['F-C7'] },
  'gpu-missing': {
    D1: ['F-D1', 'F-D2', 'F-D3', 'F-D4', 'F-D5'],
    D2: ['F-D1', 'F-D3', 'F-D4', 'F-D5'],
    D3: ['F-D2', 'F-D7'],
    D4: ['F-D3'],
    P4: ['F-D6'],
  },
  'driver-mismatch': { E1: ['F-E1'], D2: ['F-E1'], E3: ['F-E2'], E4: ['F-E1'] },
  'container-gpu': { F1: ['F-F1', 'F-F2'], F2: ['F-F3'], F3: ['F-F3', 'F-F4', 'F-F5', 'F-F7'] },
  'ecc-errors': { G1: ['F-G3', 'F-G4'], G2: ['F-G9'], D1: ['F-G1', 'F-G2'] },
  'pcie-degraded': { H2: ['F-H2'], D2: ['F-H1', 'F-H2'] },
  'nvlink-fabric': { I1: ['F-I1', 'F-I3'], I2: ['F-I2'], A7: ['F-I4', 'F-I5'], D2: ['F-I4', 'F-I5', 'F-I7'] },
  'nccl-hang': { J3: ['F-J6'], L3: ['F-J5'], B8: ['F-J4'], I1: ['F-J0'] },
  'slow-storage': { K2: ['F-K10'], K5: ['F-K6'] },
  'host-memory': { L2: ['F-L5'], L3: ['F-L6'] },
  power: { M1: ['F-M5'], M2: ['F-M6'] },
  'low-gpu-utilisation': { N2: ['F-N3'], N3: ['F-N6'] },
  'inference-slow': { A4: ['F-O2', 'F-O3', 'F-O4'], O2: ['F-O6', 'F-O7'] },
  'clock-and-kernel': { P1: ['F-P1'], P2: ['F-P2'], P3: ['F-P3'], P4: ['F-P4'], E3: ['F-P6'], D2: ['F-P5'] },
  'python-cuda': { Q1: ['F-Q1', 'F-Q2', 'F-Q3', 'F-Q5'] },
  'tool-access': { R2: ['F-R3', 'F-R4'] },
  'confidential-computing': { S1: ['F-S3'] },
  'scheduler-refuses': { T1: ['F-T1'] },
};

const trees = compileTrees(builtInTrees(), builtInActionIds());
// Work by hand is proposed as well; `manual` tests that.
const byId = new Map(allActions.map((action) => [action.id, action]));

describe('the fix register', () => {
  it.each(rows)('row %s is an action', (row) => {
    expect(actionsOfRow.get(row) ?? []).not.toEqual([]);
    for (const id of actionsOfRow.get(row) ?? []) expect([...byId.keys()]).toContain(id);
  });

  it('has a row for each action beside it; actions of setup have a folder of their own', () => {
    expect(withoutRow).toEqual([]);
  });

  it('has no row that the list here does not know', () => {
    expect([...actionsOfRow.keys()].filter((row) => row !== 'E2' && !rows.some((one) => one === row))).toEqual([]);
  });
});

/** Every finding that the table tests of the trees come to. */
const told = builtInCases().flatMap(({ file, text }) =>
  runCases(file, text, trees.trees).outcomes.flatMap(({ name, result }) =>
    result.findings.map((finding) => ({ tree: file.replace('.cases.yaml', ''), name, ...finding })),
  ),
);

describe('findings', () => {
  it('propose only actions that there are', () => {
    expect(trees.problems).toEqual([]);
  });

  it.each(Object.entries(proposals))('of %s propose the actions of the rows that their tree names', (id, wanted) => {
    const found = [...(trees.trees.get(id)?.steps.values() ?? [])].flatMap((step) =>
      'finding' in step
        ? [{ code: step.finding.definition.code, actions: step.finding.actions.map(({ actionId }) => actionId) }]
        : [],
    );
    const missing = Object.entries(wanted).flatMap(([row, codes]) =>
      codes
        .filter(
          (code) =>
            !found.some((one) => one.code === code && one.actions.some((a) => actionsOfRow.get(row)?.includes(a))),
        )
        .map((code) => `${code}: ${row}`),
    );
    expect(missing).toEqual([]);
  });

  it('give each action only values that it takes', () => {
    const wrong = told.flatMap(({ tree, name, code, actions }) =>
      actions.flatMap(({ actionId, parameters }) => {
        const issues = byId.get(actionId)?.parametersSchema.safeParse(parameters).error?.issues ?? [];
        return issues
          .filter(({ path: [first], code: kind }) => kind === 'unrecognized_keys' || String(first) in parameters)
          .map(({ message }) => `${tree}, ${name}: ${code} ${actionId} ${JSON.stringify(parameters)}: ${message}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('fill in what they name from facts, in some case of their tree', () => {
    const seen = new Set(
      told.flatMap(({ tree, code, actions }) =>
        actions.flatMap(({ actionId, parameters }) =>
          Object.keys(parameters).map((name) => `${tree} ${code} ${actionId} ${name}`),
        ),
      ),
    );
    const named = [...trees.trees].flatMap(([id, tree]) =>
      [...tree.steps.values()].flatMap((step) =>
        'finding' in step
          ? step.finding.actions.flatMap(({ actionId, parameters }) =>
              Object.keys(parameters).map((name) => `${id} ${step.finding.definition.code} ${actionId} ${name}`),
            )
          : [],
      ),
    );
    expect(named.filter((one) => !seen.has(one))).toEqual([]);
  });
});
