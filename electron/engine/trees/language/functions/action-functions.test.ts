import { expect, it } from 'vitest';
import { ExpressionSpace } from '../expression';
import { actionFunctions } from './action-functions';

const space = ExpressionSpace.create(actionFunctions).fork();
const offered = (listed: string, name: string) => {
  const outcome = space.compile(`offeredVersions(${JSON.stringify(listed)}, "${name}")`).evaluate({});
  return outcome.isKnown ? outcome.value : 'unknown';
};

it('tells what dnf offers, the newest first, also where an old or the newest one is installed', () => {
  const available = `Available Packages
nvidia-driver.x86_64     3:575.57.08-1.el9   cuda-rhel9-x86_64
nvidia-driver.x86_64     3:580.82.07-1.el9   cuda-rhel9-x86_64
nvidia-driver-libs.i686  3:999.1-1.el9       cuda-rhel9-x86_64
nvidia-driver.x86_64     3:580.95.05-1.el9   cuda-rhel9-x86_64
`;
  const newestFirst = ['3:580.95.05-1.el9', '3:580.82.07-1.el9', '3:575.57.08-1.el9'];
  const installed = (version: string) =>
    `Installed Packages\nnvidia-driver.x86_64     ${version}   @cuda-rhel9-x86_64\n${available}`;
  expect(offered(available, 'nvidia-driver')).toEqual(newestFirst);
  for (const version of newestFirst) expect(offered(installed(version), 'nvidia-driver')).toEqual(newestFirst);
  // One that no repository offers any more is older than those.
  expect(offered(installed('3:570.1-1.el9'), 'nvidia-driver')).toEqual([...newestFirst, '3:570.1-1.el9']);
  expect(offered(available, 'nvidia')).toEqual([]);
});

it('tells what apt offers of one name, in the order of madison', () => {
  const listed = ` docker-ce | 5:28.0.1-1 | https://download.example noble/stable amd64 Packages
 docker-ce | 5:27.3.1-1 | https://download.example noble/stable amd64 Packages
 docker-ce-cli | 5:29.0.0-1 | https://download.example noble/stable amd64 Packages
`;
  expect(offered(listed, 'docker-ce')).toEqual(['5:28.0.1-1', '5:27.3.1-1']);
});
