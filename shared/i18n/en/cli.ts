export const cli = {
  hostUnknown: 'No host is called {{host}}. `gantry host list` shows them.',
  hostAmbiguous: 'More than one host is called {{host}}. Use its id from `gantry host list`.',
  aliasUnknown: 'ssh config has no entry {{alias}}. `gantry host ssh-config` shows them.',
  addressMissing: 'Give an address such as user@node:22, --local, or --from-ssh-config ALIAS.',
  incidentUnknown: 'No incident {{incident}}. `gantry incident list` shows them.',
  notFound: 'There is no {{what}} {{id}}.',
  storeFailed:
    'This workstation could not save: {{detail}}. Free some disk space or check the data folder, then try again.',
  cancelled: 'Cancelled.',
  stdinMissing: 'Give a recorded output on standard input, such as `gantry probe parse gpu < nvidia-smi.xml`.',
  answerMalformed: '{{answer}} is not of the form STEP.FIELD=VALUE.',
  parameterMalformed: '{{parameter}} is not of the form NAME=VALUE.',
  planBlocked: 'A check failed, so nothing was done.',
  confirmMissing: 'Nothing was done. Add --yes to carry out this plan.',
  noUndo: 'This can’t be undone.',
  askHostKey:
    '{{target}} is not known yet. Its {{keyType}} key has the fingerprint {{fingerprint}}. Trust it? (yes/no)',
  simReady: 'The simulated fleet is up. Ctrl-C ends it. Commands: inject NODE FAULT, clear NODE [FAULT], list.',
  simUnknownNode: 'No simulated node is called {{node}}.',
  simUnknownFault: 'There is no fault {{fault}}. `gantry sim list` shows them.',
};
