import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// Who may import whom, by the tag in each package.json. Tests may also start servers with the tools.
const LAYERS = {
  'layer:contracts': [],
  'layer:recommender': ['layer:contracts'],
  'layer:bus': ['layer:contracts'],
  'layer:stores': ['layer:contracts', 'layer:recommender'],
  'layer:platform': ['layer:contracts'],
  // Never another service: they meet on the bus and over HTTP.
  'layer:service': ['layer:contracts', 'layer:recommender', 'layer:bus', 'layer:stores', 'layer:platform'],
  'layer:app': ['*'],
  'layer:tool': ['layer:tool'],
};
const boundaries = (...more) => [
  'error',
  {
    // A service has a build target and the libraries need none.
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: true,
    depConstraints: Object.entries(LAYERS).map(([sourceTag, allowed]) => ({
      sourceTag,
      onlyDependOnLibsWithTags: [...allowed, ...more],
      ...(sourceTag === 'layer:contracts' || sourceTag === 'layer:recommender'
        ? { bannedExternalImports: ['@nestjs/*', 'fastify', 'pino', 'prom-client', '@photostructure/*'] }
        : {}),
    })),
  },
];

// Each client library lives in one folder, so that it can be replaced there and is loaded only when its adapter is chosen.
const CLIENTS = {
  kafkajs: 'libs/bus/src/kafka',
  '@elastic/elasticsearch': 'libs/stores/src/elasticsearch',
  '@anthropic-ai/sdk': 'services/intent/src/claude',
};
const SWALLOWED = {
  selector: "CallExpression[callee.property.name='catch'] > ArrowFunctionExpression > BlockStatement[body.length=0]",
  message: 'An error is swallowed here: handle it, log it or let it go on.',
};
const FOCUSED = {
  selector: 'MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name="only"]',
  message: 'A focused test hides all others.',
};
/** `no-restricted-imports` sees static imports only; the syntax rule adds `import()`, `require()` and `import('...')` types. */
const restricted = (clients, { paths = [], patterns = [], syntax = [] } = {}) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        ...clients.map((name) => ({
          regex: `^${name}(/|$)`,
          message: `${name} belongs in ${CLIENTS[name]} alone.`,
        })),
        ...patterns,
      ],
      paths,
    },
  ],
  'no-restricted-syntax': [
    'error',
    SWALLOWED,
    FOCUSED,
    ...clients.map((name) => {
      const named = `/^${name.replace('/', '\\u002F')}/`;
      return {
        selector: [
          `ImportExpression > Literal[value=${named}]`,
          `TSImportType Literal[value=${named}]`,
          `CallExpression[callee.name='require'] > Literal[value=${named}]`,
        ].join(', '),
        message: `${name} belongs in ${CLIENTS[name]} alone.`,
      };
    }),
    ...syntax,
  ],
});
const PURE = 'libs/recommender is pure: no I/O, no clock, no chance; what it needs is passed in.';

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '**/coverage/',
      'data/',
      '.nx/',
      '**/.cache/',
      'tools/lint/src/fixtures/typed.ts',
    ],
  },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 300 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      ...restricted(Object.keys(CLIENTS)),
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'fetch',
          'AbortSignal',
          'performance',
          'setTimeout',
          'clearTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nest modules are classes without members, and a port is an abstract class that is also its token.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      // A handler answers with outcomes or with nothing.
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  ...Object.entries(CLIENTS).map(([client, folder]) => ({
    files: [`${folder}/**/*.ts`],
    rules: restricted(Object.keys(CLIENTS).filter((name) => name !== client)),
  })),
  {
    files: ['libs/recommender/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      ...restricted(Object.keys(CLIENTS), {
        patterns: [{ regex: '^node:(?!crypto$)', message: PURE }],
        paths: [{ name: 'node:crypto', allowImportNames: ['createHash', 'hash'], message: PURE }],
        syntax: [
          { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: PURE },
          { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: PURE },
          { selector: "MemberExpression[object.name='Math'][property.name='random']", message: PURE },
        ],
      }),
      'no-restricted-globals': [
        'error',
        ...['process', 'console', 'fetch', 'performance', 'setTimeout', 'setInterval', 'crypto'].map((name) => ({
          name,
          message: PURE,
        })),
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.conformance.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries('layer:tool') },
  },
  {
    // Tools ask for the default export; a declaration says what somebody else exports.
    files: ['**/*.config.{ts,mjs}', 'vitest.*.ts', '**/*.d.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['**/{common,shared,util,utils,helper,helpers}/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Program',
          message: 'No folder called common, shared, util or helpers: name it after what is in it.',
        },
      ],
    },
  },
);
