/** The least that is a tree: one look, one decision, and an end for each answer. YAML; `id` as trees have it. */
export function newTree(id: string): string {
  return `# yaml-language-server: $schema=./tree.schema.json
id: ${id}
title: { en: New tree, zh-CN: 新诊断树 }
symptoms:
  - { en: "What one sees, in the words of the error message", zh-CN: "用户看到的现象或错误信息" }
start: read-memory
steps:
  read-memory:
    kind: probe
    title: { en: Read the memory, zh-CN: 读取内存 }
    probes: [memory]
    next: { to: judge }
    unknown: { to: cannot-tell }
  judge:
    kind: branch
    title: { en: Is there enough?, zh-CN: 内存是否足够？ }
    branches:
      - id: low
        when: memory.availableBytes < 1.0e9
        to: too-little
        label: { en: Less than 1 GB, zh-CN: 不足 1 GB }
        because: { en: "{{ formatBytes(memory.availableBytes) }} are available", zh-CN: "可用 {{ formatBytes(memory.availableBytes) }}" }
    otherwise: { to: enough }
    unknown: { to: cannot-tell }
  too-little:
    kind: finding
    finding:
      code: ${id.toUpperCase()}-1
      state: degraded
      severity: warn
      title: { en: Little memory is left, zh-CN: 内存不足 }
      explanation: { en: Less than 1 GB is available., zh-CN: 可用内存不足 1 GB。 }
  enough:
    kind: finding
    finding:
      code: ${id.toUpperCase()}-2
      state: healthy
      severity: info
      title: { en: Enough memory, zh-CN: 内存充足 }
      explanation: { en: At least 1 GB is available., zh-CN: 可用内存至少 1 GB。 }
  cannot-tell:
    kind: finding
    finding:
      code: ${id.toUpperCase()}-3
      state: unknown
      severity: info
      title: { en: The memory could not be read, zh-CN: 无法读取内存 }
      explanation: { en: Nothing was judged., zh-CN: 未作判断。 }
`;
}

/** Its table tests: an end each. */
export function newCases(id: string): string {
  const code = id.toUpperCase();
  return `# yaml-language-server: $schema=./tree-cases.schema.json
tree: ${id}
cases:
  - name: half a gigabyte is too little
    facts: { memory: { availableBytes: 500000000 } }
    through: [too-little]
    findings: [${code}-1]
  - name: a node with room is fine
    facts: { memory: { availableBytes: 64000000000 } }
    path: [read-memory, judge, enough]
    findings: [${code}-2]
  - name: what could not be read is not judged
    facts: {}
    findings: [${code}-3]
`;
}
