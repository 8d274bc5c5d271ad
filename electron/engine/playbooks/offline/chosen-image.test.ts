import { expect, it } from 'vitest';
import { chosenImage } from './chosen-image';

const choices = [
  { part: 'cuda-image', wanted: 'nvidia/cuda:13.0.1-base-ubuntu22.04' },
  { part: 'triton', wanted: 'nvcr.io/nvidia/tritonserver:25.08-py3' },
  { part: 'vllm', wanted: 'nvcr.io/nvidia/tritonserver:25.07-vllm-python-py3' },
] as const;
const site = { nvcr: 'registry.example:5000', dockerHub: 'docker.io' };

it.each([
  ['triton-server', 'py3', 'registry.example:5000/nvidia/tritonserver:25.08-py3'],
  ['triton-server', 'vllm-python-py3', 'registry.example:5000/nvidia/tritonserver:25.07-vllm-python-py3'],
  // Another flavour can need another release: none is made up.
  ['triton-server', 'trtllm-python-py3', null],
  ['container-proof', undefined, 'docker.io/nvidia/cuda:13.0.1-base-ubuntu22.04'],
  ['vllm-server', undefined, null],
])('before there is a driver, %s of %s takes %s', (actionId, flavour, image) => {
  expect(chosenImage({ actionId, flavour }, choices, site)).toBe(image);
});

it('where nothing fits, there is no image', () => {
  const none = choices.map(({ part }) => ({ part, wanted: null }));
  expect(chosenImage({ actionId: 'triton-server', flavour: 'py3' }, none, site)).toBeNull();
  expect(chosenImage({ actionId: 'container-proof', flavour: undefined }, none, site)).toBeNull();
});
