export const playbooks = {
  engine: {
    leftOut: 'Left out here: {{condition}} does not hold.',
    conditionUnknown: 'Whether this is needed can’t be told: {{condition}}.',
    valueUnknown: 'A value of it can’t be told: {{expression}}.',
    later: 'Planned at its turn, after {{steps}}. What is shown is as the node is now.',
    standsOn: 'It stands on what can’t be done: {{steps}}.',
    actionRefused: 'The action does not take this value: {{detail}}.',
    systemUnknown: 'The operating system could not be read, so nothing is planned.',
    systemRefused: '{{system}} is not among the systems of this playbook: {{platforms}}.',
    exportHead: 'Planned by Gantry at {{at}}; nothing has been changed. Fingerprint {{fingerprint}}.',
    exportUndo: 'Undo:',
    exportPackages: 'Packages',
    exportScript:
      'Runs the same commands and stops at the first that fails. It checks, verifies and undoes nothing: Gantry does that around each step.',
    exportBlocked: 'Blocked: {{steps}}. Plan again when that is mended.',
    stateDone: 'As wanted already; nothing is done.',
    stateReady: 'To be done.',
    stateLater: 'To be done at its turn.',
    stateLeftOut: 'Left out on this node.',
    stateBlocked: 'Can’t be done.',
  },
};
