export const errors = {
  notFound: 'No longer there',
  notFoundDetail: 'There is no {{what}} {{id}} any more. Somebody may have removed it.',
  invalid: 'That cannot be done',
  unavailable: 'A server could not be used',
  conflict: 'Something changed in the meantime',
  hostUnavailable: 'The node cannot be used',
  storeFailed: 'Gantry’s data on this workstation could not be saved or read',
  storeFailedDetail: '{{words}} Nothing that was confirmed before is lost. ({{detail}})',
  cannotStart: 'Gantry cannot open its data on this workstation',
  cannotStartDetail: '{{words}} Another data folder can be given with --data-dir or GANTRY_DATA_DIR. ({{detail}})',
  storage: {
    full: 'The disk {{disk}} is full, so {{path}} could not be written. Free some space on it, then try again.',
    locked:
      'Another program is using {{path}}. End it (a second Gantry, a backup, a program that synchronises files), then try again.',
    readOnly:
      '{{path}} is on a disk that can only be read ({{disk}}). Make that disk writable or choose another folder, then try again.',
    notAllowed:
      'Your user has no permission to use {{path}}. Change its owner or permissions or choose another place, then try again.',
    missing: '{{path}} does not exist. Create it or choose another place, then try again.',
    notAFolder:
      '{{path}} is a file, and a folder is needed in its place. Move it away or choose another folder, then try again.',
    isAFolder:
      '{{path}} is a folder, and a file is needed in its place. Choose another name or move it away, then try again.',
    damaged:
      '{{path}} is damaged. Gantry keeps the damaged file beside it, whole, and goes on with a fresh one when its engine starts next.',
    newerVersion:
      '{{path}} was written by a newer Gantry, and was left as it is. Start that version, or choose another data folder.',
    diskError:
      'The disk {{disk}} failed to read or write {{path}}. Look into the system’s log and check the disk or the network share, then try again.',
    other: '{{path}} could not be used. The reason is in brackets; when it is mended, try again.',
  },
  inputRejected: 'The input was not accepted',
  inputRejectedDetail: 'A value has the wrong form. Check the fields and try again.',
  cancelled: 'Cancelled',
  disconnected: 'The engine went away',
  disconnectedDetail:
    'The engine process ended while it worked on this. It is started again by itself; then try again.',
  fileFailed: 'The file could not be read or written',
  fileFailedDetail: '{{words}} ({{detail}})',
  fileTooLarge: 'The file is too large',
  fileTooLargeDetail: '{{path}} has {{size}}; at most {{max}} can be read.',
  printFailed: 'The PDF could not be made',
  unexpected: 'Something unexpected failed',
  whatToDo: 'What to do',
} as const;
