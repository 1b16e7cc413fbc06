// Applies transformations to frames by @grafana/data: node transform.cjs FOLDER < JOBS, see node.py.
'use strict';
const path = require('node:path');
const { createRequire } = require('node:module');

const library = createRequire(path.join(process.argv[2], 'package.json'));
globalThis.window = globalThis; // it looks for settings there
const data = library('@grafana/data');
const { lastValueFrom, map } = library('rxjs');

// The one that lives in Grafana itself: a frame for each value of a field, which becomes a label.
const partitionByValues = {
  id: 'partitionByValues',
  operator: ({ fields: [name] }) => map((frames) => frames.flatMap((frame) => {
    const by = frame.fields.find((field) => field.name === name);
    const others = frame.fields.filter((field) => field !== by);
    return [...new Set(by.values)].map((value) => ({
      ...frame,
      length: by.values.filter((v) => v === value).length,
      fields: others.map((field) => ({
        ...field,
        labels: field.type === 'time' ? undefined : { [name]: value },
        values: field.values.filter((_, i) => by.values[i] === value),
      })),
    }));
  })),
};

// Some stand there under a former name too, with the same id.
const transformers = new Map([...Object.values(data.standardTransformers), partitionByValues].map((t) => [t.id, t]));
data.standardTransformersRegistry.setInit(() => [...transformers]
  .map(([id, transformation]) => ({ id, name: id, transformation })));

const number = (value) => (value === 'NaN' ? NaN : value);
const told = (value) => (Number.isNaN(value) ? 'NaN' : value);

function frameOf({ refId, name, fields }) {
  return data.toDataFrame({
    refId,
    name,
    fields: fields.map((f) => ({ ...f, config: {}, values: f.type === 'number' ? f.values.map(number) : f.values })),
  });
}

async function run({ frames, transformations }) {
  const context = { interpolate: (text) => text };
  const results = await lastValueFrom(data.transformDataFrame(transformations, frames.map(frameOf), context));
  return results.map((frame) => ({
    refId: frame.refId,
    fields: frame.fields.map((f) => ({
      name: data.getFieldDisplayName(f, frame, [frame]), labels: f.labels ?? {}, type: f.type, values: [...f.values].map(told),
    })),
  }));
}

async function main() {
  let text = '';
  for await (const piece of process.stdin) text += piece;
  const answers = [];
  for (const job of JSON.parse(text)) answers.push(await run(job));
  process.stdout.write(JSON.stringify(answers));
}

main().catch((error) => { console.error(error); process.exitCode = 1; });
