// The layer, and the example hello, with the CDK. From this folder:
//
//   (cd ../.. && ./build.sh)
//   npm install aws-cdk-lib constructs
//   npx cdk deploy --app 'node app.mjs'
//
// The CDK zips the folder of SQL itself; "sqlambda check" finds its mistakes first.
import { fileURLToPath } from 'node:url';
import { App, Duration, Stack, aws_lambda as lambda } from 'aws-cdk-lib';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));

const stack = new Stack(new App(), 'sqlambda-examples');

const runtime = new lambda.LayerVersion(stack, 'Runtime', {
  code: lambda.Code.fromAsset(file('../../dist/sqlambda-layer-arm64.zip')),
  compatibleRuntimes: [lambda.Runtime.PROVIDED_AL2023],
  compatibleArchitectures: [lambda.Architecture.ARM_64],
});

new lambda.Function(stack, 'Hello', {
  code: lambda.Code.fromAsset(file('../hello'), { exclude: ['events'] }),
  handler: 'hello',
  runtime: lambda.Runtime.PROVIDED_AL2023,
  architecture: lambda.Architecture.ARM_64,
  layers: [runtime],
  memorySize: 128,
  timeout: Duration.seconds(3),
});
