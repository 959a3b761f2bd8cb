// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * What reads something out of a shared type.
 */
const READERS = new Set(['get', 'toJSON', 'toArray', 'slice', 'values', 'entries']);

/**
 * The expression that a cast is about, without the casts in between.
 */
function castOf(node) {
  let inner = node;
  while (
    [
      'TSAsExpression',
      'TSTypeAssertion',
      'TSNonNullExpression',
      'ChainExpression'
    ].includes(inner.type)
  ) {
    inner = inner.expression;
  }
  return inner;
}

/**
 * Whether a type, or a part of a union, is one of Yjs.
 */
function isShared(type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(part =>
    (part.symbol?.declarations ?? []).some(({ parent }) =>
      /\/node_modules\/yjs\//.test(parent?.getSourceFile().fileName ?? '')
    )
  );
}

/**
 * Forbids to believe that what stands in a shared type has some form: anybody in the room
 * can write anything into it. `unknown` may be claimed of everything.
 */
export const remoteCasts = {
  meta: {
    type: 'problem',
    docs: { description: 'Forbid casts of what stands in shared types.' },
    messages: {
      cast: 'Anybody in the room may have written that: look what it is, or read it in one of the files that decide what stands.'
    },
    schema: []
  },
  create(context) {
    const { parserServices } = context.sourceCode;
    const check = node => {
      const { parent, typeAnnotation } = node;
      const isOuter = parent.type === 'TSAsExpression';
      const call = castOf(node.expression);
      if (
        isOuter ||
        typeAnnotation.type === 'TSUnknownKeyword' ||
        call.type !== 'CallExpression' ||
        call.callee.type !== 'MemberExpression' ||
        !READERS.has(call.callee.property.name)
      ) {
        return;
      }
      if (isShared(parserServices.getTypeAtLocation(call.callee.object))) {
        context.report({ node, messageId: 'cast' });
      }
    };
    // what they are said to hold is believed, too
    const checkHeld = ({ callee, typeArguments }) => {
      const [held] = typeArguments?.params ?? [];
      if (
        held &&
        held.type !== 'TSUnknownKeyword' &&
        held.typeName?.left?.name !== 'Y' &&
        ['getArray', 'getMap'].includes(callee.property?.name) &&
        isShared(parserServices.getTypeAtLocation(callee.object))
      ) {
        context.report({ node: held, messageId: 'cast' });
      }
    };
    return { CallExpression: checkHeld, TSAsExpression: check, TSTypeAssertion: check };
  }
};
