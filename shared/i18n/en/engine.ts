export const engine = {
  databaseKeptAside:
    'The database was damaged. It was kept as {{file}} and a fresh one was started; saved hosts and incidents are in the old file.',
  samplesKeptAside: 'The file of telemetry samples was damaged. It was kept as {{file}} and a fresh one was started.',
  samplesKeptElsewhere:
    'Another Gantry keeps the samples of this data folder. This one shows live values, and keeps none until the other ends.',
  samplesGivenUp: 'Telemetry samples fill their {{gigabytes}} GB on this disk: the oldest are given up for new ones.',
  secretNotSaved: 'A password or passphrase could not be saved ({{detail}}). It is remembered only until Gantry ends.',
  secretRefused:
    'The keychain of this workstation did not take a password or passphrase. It is remembered only until Gantry ends.',
  demoImpossible: 'The simulated node can’t do that: {{detail}}.',
  demoNotIncluded: 'This build of Gantry does not include the demo fleet.',
};
