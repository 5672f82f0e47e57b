// What the query builder puts in where it is told no value: one that the service has, where it can.
import { getNamedType, isEnumType, isObjectType, isRequiredArgument } from 'graphql';

const things = new Map();
// As many fields as a request may have at its root.
const LISTS = 20;

// One thing of each type that has a list, by the name of the type.
export async function learn(schema, fetcher) {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const lists = fields.filter(({ type, args }) => {
    const nodes = isObjectType(getNamedType(type)) && getNamedType(type).getFields().nodes;
    const item = nodes && getNamedType(nodes.type);
    const listed = args.some(({ name }) => name === 'where') && !args.some(isRequiredArgument);
    return isObjectType(item) && item.getFields().slug && listed;
  });
  const asked = lists
    .slice(0, LISTS)
    .map(({ name }) => `${name}(first: 1) { nodes { __typename id slug } }`);
  if (!asked.length) return;
  const { data } = await fetcher({ query: `{ ${asked.join(' ')} }` });
  for (const { nodes } of Object.values(data ?? {}))
    for (const node of nodes) things.set(node.__typename, node);
}

const typeNamed = (name) => name.charAt(0).toUpperCase() + name.slice(1);
const anything = () => things.get('Role') ?? things.values().next().value;

function example(field, { name }, type) {
  if (name === 'query') return 'assistant practitioner';
  if (name === 'slug') return things.get(getNamedType(field.type).name)?.slug;
  if (type.name === 'ID') return (things.get(typeNamed(name)) ?? anything())?.id;
  return things.get(typeNamed(name))?.slug;
}

const PLAIN = { Int: ['IntValue', '10'], Float: ['FloatValue', '1.5'], Boolean: ['BooleanValue', false] };

// A value as the query builder wants it: a node of a GraphQL document.
export function exampleOf(field, argument, type) {
  if (isEnumType(type)) return { kind: 'EnumValue', value: type.getValues()[0].name };
  if (PLAIN[type.name]) return { kind: PLAIN[type.name][0], value: PLAIN[type.name][1] };
  return { kind: 'StringValue', value: example(field, argument, type) ?? '' };
}
