export const findings = {
  notJudged: '无法判断',
  hypothetical: '假设',
  about: '相关对象',
  advice: '您可以做的',
  actions: 'Gantry 可以执行的',
  further: '进一步诊断',
  evidence: '证据',
  showEvidence: '查看命令及其输出',
  showEvidenceFor: '查看证据：{{what}}',
  sources: '来源（{{count}}）',
  cautions: '以下情形属于误报',
  onHost: '{{host}}：{{finding}}',
};
