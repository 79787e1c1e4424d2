// Draws /openapi.json. All text goes in as text, never as markup.
'use strict';

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const nameOf = (schema) => schema.$ref?.split('/').pop();

const typeOf = (schema) => {
  if (!schema) return '';
  if (schema.$ref) return nameOf(schema);
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.type === 'array') return `${typeOf(schema.items)}[]`;
  if (schema.additionalProperties) return `map of ${typeOf(schema.additionalProperties)}`;
  return [schema.type ?? 'any'].flat().join(' | ') + (schema.format ? ` (${schema.format})` : '');
};

const limitsOf = (schema) =>
  ['minimum', 'maximum', 'maxLength']
    .filter((name) => schema[name] !== undefined)
    .map((name) => `${name} ${schema[name]}`)
    .concat(schema.readOnly ? ['read-only'] : [])
    .join(', ');

const fieldTable = (schema, components) => {
  const record = schema.$ref ? components[nameOf(schema)] : schema;
  if (!record?.properties) return make('p', {}, make('code', {}, typeOf(schema)));
  const rows = Object.entries(record.properties).map(([name, field]) =>
    make('tr', {},
      make('td', {}, make('code', {}, name + (record.required?.includes(name) ? ' *' : ''))),
      make('td', {}, make('code', {}, typeOf(field))),
      make('td', {}, [field.description, limitsOf(field)].filter(Boolean).join(' — '))));
  return make('table', {}, make('tbody', {}, ...rows));
};

const contentOf = (part) => Object.values(part?.content ?? {})[0]?.schema;

const section = (title, schema, components) =>
  schema ? [make('h3', {}, `${title}: ${typeOf(schema)}`), fieldTable(schema, components)] : [];

const operationElement = (path, method, operation, components) => {
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
  const parameters = (operation.parameters ?? []).map((parameter) =>
    make('tr', {},
      make('td', {}, make('code', {}, parameter.name)),
      make('td', {}, parameter.in),
      make('td', {}, parameter.description ?? '')));
  return make('details', { id: operation.operationId },
    make('summary', {},
      make('span', { class: 'method' }, method.toUpperCase()),
      make('code', {}, path),
      make('span', { class: 'summary' }, operation.summary),
      make('span', { class: 'scope' }, operation['x-scope'] ? `scope ${operation['x-scope']}` : 'open')),
    make('div', { class: 'inside' },
      ...(parameters.length ? [make('h3', {}, 'Parameters'), make('table', {}, make('tbody', {}, ...parameters))] : []),
      ...section('Request', contentOf(operation.requestBody), components),
      ...section(`Answer ${success?.[0] ?? ''}`, contentOf(success?.[1]), components)));
};

const draw = (api) => {
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationElement(path, method, operation, api.components.schemas));
    }
  }
  document.getElementById('about').textContent = `${api.info.description} Version ${api.info.version}; the document itself is /openapi.json.`;
  const main = document.getElementById('operations');
  for (const [tag, elements] of groups) main.append(make('section', {}, make('h2', {}, tag), ...elements));
};

const filter = (word) => {
  for (const element of document.querySelectorAll('details')) {
    element.hidden = !element.firstChild.textContent.toLowerCase().includes(word.toLowerCase());
  }
  for (const group of document.querySelectorAll('section')) group.hidden = !group.querySelector('details:not([hidden])');
};

document.getElementById('filter').addEventListener('input', (event) => filter(event.target.value));
fetch('/openapi.json').then((answer) => answer.json()).then(draw).catch((problem) => {
  document.getElementById('about').textContent = `The document could not be read: ${problem.message}`;
});
