export const findings = {
  notJudged: 'Could not be judged',
  hypothetical: 'Assumption',
  about: 'About',
  advice: 'What you can do',
  actions: 'What Gantry can do',
  further: 'Look further',
  evidence: 'Evidence',
  showEvidence: 'Show the command and what it printed',
  showEvidenceFor: 'Show the evidence: {{what}}',
  sources: 'Sources ({{count}})',
  cautions: 'When this would be a false alarm',
  onHost: '{{finding}} on {{host}}',
};
