import { z } from 'zod';
import { fatalXidsFileSchema, gpusFileSchema, modelsFileSchema } from '#shared/knowledge/catalogs/catalogues';
import { treeCasesSchema, treeSchema } from './tree-schema';

/** JSON schemas for editors, by the file of `shared/knowledge` they are kept in. */
export function knowledgeJsonSchemas(): Readonly<Record<string, string>> {
  const text = (schema: z.ZodType, title: string): string =>
    `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
  return {
    'trees/tree.schema.generated.json': text(treeSchema, 'Gantry diagnosis tree'),
    'trees/tree-cases.schema.generated.json': text(treeCasesSchema, 'Table tests of a Gantry diagnosis tree'),
    'catalogs/models.schema.generated.json': text(modelsFileSchema, 'Model architectures'),
    'catalogs/gpus.schema.generated.json': text(gpusFileSchema, 'NVIDIA GPU models'),
    'catalogs/fatal-xids.schema.generated.json': text(fatalXidsFileSchema, 'Xid codes that make a GPU unusable'),
  };
}
