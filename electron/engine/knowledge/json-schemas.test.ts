import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { profileSchema } from '#shared/domain/profile/profile';
import { ruleCasesSchema, ruleFileSchema } from '#shared/domain/rules/rule-schema';
import { failuresFileSchema, gpusFileSchema, modelsFileSchema } from '#shared/knowledge/catalogs/catalogues';
import { compatibilityFileSchema } from '#shared/knowledge/catalogs/compatibility-schema';
import {
  correlationFileSchema,
  eventsFileSchema,
  nvlinkFileSchema,
  sxidsFileSchema,
  xidsFileSchema,
} from '#shared/knowledge/catalogs/kernel-log/kernel-log-schema';
import { fixCasesSchema, fixSchema } from '../actions/declared/fix-schema';
import { actionKnowledgeSchema } from '../actions/knowledge';
import { manualCasesSchema, manualSchema } from '../actions/manual/manual-schema';
import { playbookSchema } from '../playbooks/playbook-schema';
import { treeCasesSchema, treeSchema } from '../trees/language/tree-schema';

/** By the file of `shared/knowledge` that an editor checks the YAML files beside it with. */
const schemas: Readonly<Record<string, { title: string; schema: z.ZodType }>> = {
  'actions/action.schema.generated.json': { title: 'Gantry action', schema: actionKnowledgeSchema },
  'fixes/fix.schema.generated.json': { title: 'Gantry declared action', schema: fixSchema },
  'fixes/fix-cases.schema.generated.json': { title: 'Table tests of a Gantry declared action', schema: fixCasesSchema },
  'manual/manual.schema.generated.json': { title: 'Gantry manual procedure', schema: manualSchema },
  'manual/manual-cases.schema.generated.json': {
    title: 'Table tests of a Gantry manual procedure',
    schema: manualCasesSchema,
  },
  'playbooks/playbook.schema.generated.json': { title: 'Gantry playbook', schema: playbookSchema },
  'profiles/profile.schema.generated.json': { title: 'What a node should be made of', schema: profileSchema },
  'rules/rules.schema.generated.json': { title: 'Gantry alert rules', schema: ruleFileSchema },
  'rules/rule-cases.schema.generated.json': { title: 'Table tests of Gantry alert rules', schema: ruleCasesSchema },
  'trees/tree.schema.generated.json': { title: 'Gantry diagnosis tree', schema: treeSchema },
  'trees/tree-cases.schema.generated.json': {
    title: 'Table tests of a Gantry diagnosis tree',
    schema: treeCasesSchema,
  },
  'catalogs/models.schema.generated.json': { title: 'Model architectures', schema: modelsFileSchema },
  'catalogs/gpus.schema.generated.json': { title: 'NVIDIA GPU models', schema: gpusFileSchema },
  'catalogs/failures.schema.generated.json': {
    title: 'Known messages of commands that fail',
    schema: failuresFileSchema,
  },
  'catalogs/compatibility.schema.generated.json': {
    title: 'What runs with what: driver, GPU, CUDA, PyTorch, containers',
    schema: compatibilityFileSchema,
  },
  'catalogs/kernel-log/xids.schema.generated.json': { title: 'Xid codes', schema: xidsFileSchema },
  'catalogs/kernel-log/sxids.schema.generated.json': { title: 'SXid codes', schema: sxidsFileSchema },
  'catalogs/kernel-log/nvlink.schema.generated.json': { title: 'Words of NVLink errors', schema: nvlinkFileSchema },
  'catalogs/kernel-log/events.schema.generated.json': { title: 'Other kernel messages', schema: eventsFileSchema },
  'catalogs/kernel-log/correlation.schema.generated.json': {
    title: 'What lines of a kernel log mean together',
    schema: correlationFileSchema,
  },
};

describe('JSON schemas for editors', () => {
  it.each(Object.entries(schemas))('%s is what the code checks with (vitest -u writes it)', async (file, entry) => {
    const { title, schema } = entry;
    const text = `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`../../../shared/knowledge/${file}`);
  });
});
