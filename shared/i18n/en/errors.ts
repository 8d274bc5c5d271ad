export const errors = {
  notFound: 'No longer there',
  notFoundDetail: 'There is no {{what}} {{id}} any more. Somebody may have removed it.',
  invalid: 'That cannot be done',
  conflict: 'Something changed in the meantime',
  hostUnavailable: 'The node cannot be used',
  storeFailed: 'This workstation could not save',
  storeFailedDetail:
    'Nothing was lost that had been confirmed, but this change was not saved. Free some space or check the permissions of the data folder, then try again. ({{detail}})',
  inputRejected: 'The input was not accepted',
  inputRejectedDetail: 'A value has the wrong form. Check the fields and try again.',
  cancelled: 'Cancelled',
  disconnected: 'The engine went away',
  disconnectedDetail:
    'The engine process ended while it worked on this. It is started again by itself; then try again.',
  fileFailed: 'The file could not be read or written',
  fileFailedDetail: '{{path}}: {{code}}',
  fileTooLarge: 'The file is too large',
  fileTooLargeDetail: '{{path}} has {{size}}; at most {{max}} can be read.',
  printFailed: 'The PDF could not be made',
  unexpected: 'Something unexpected failed',
  whatToDo: 'What to do',
} as const;
