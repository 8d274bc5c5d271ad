import { actions } from './actions';
import { cli } from './cli';
import { diagnosis } from './diagnosis';
import { errors } from './errors';
import { hosts } from './hosts';
import { incidents } from './incidents';
import { inventory } from './inventory';
import { probes } from './probes';
import { reports } from './reports';
import { settings } from './settings';
import { shell } from './shell';
import { sim } from './sim';

export default { actions, cli, diagnosis, errors, hosts, incidents, inventory, probes, reports, settings, shell, sim };
