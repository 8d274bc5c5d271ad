import type { Generator } from '../generator';
import { both } from '../values';
import { yamlFault } from '../yaml-file';
import { examples, sections } from './fields';
import { files } from './files';
import { problems } from './problems';
import { readCondaFile } from './read';

/** conda's `environment.yml`. Sources: conda documentation, Managing environments; PyTorch, Installing previous versions. */
export const condaEnvironment: Generator = {
  id: 'conda-environment',
  title: both('conda environment', 'conda 环境'),
  description: both(
    'environment.yml: Python, PyTorch and what goes with them, in versions that fit together. Repairs files that lost their lines.',
    'environment.yml：版本相互匹配的 Python、PyTorch 及配套软件包。可修复丢失换行的文件。',
  ),
  nodePath: null,
  probeIds: ['gpu'],
  sections,
  examples,
  initial: () => JSON.parse(JSON.stringify(examples[0]?.values ?? {})),
  problems,
  files,
  read: readCondaFile,
  fault: yamlFault,
};
