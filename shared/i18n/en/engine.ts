export const engine = {
  databaseKeptAside:
    'The database was damaged. It was kept as {{file}} and a fresh one was started; saved hosts and incidents are in the old file.',
  demoNotIncluded: 'This build of Gantry does not include the demo fleet.',
};
