# The layer, and the example hello behind a function URL, with Terraform:
#
#   ./build.sh && dist/sqlambda package examples/hello -o dist/hello.zip
#   terraform -chdir=examples/terraform init
#   terraform -chdir=examples/terraform apply

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "architecture" {
  type    = string
  default = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Lambda has arm64 and x86_64."
  }
}

locals {
  dist  = "${path.module}/../../dist"
  layer = "${local.dist}/sqlambda-layer-${var.architecture}.zip"
}

resource "aws_lambda_layer_version" "sqlambda" {
  layer_name               = "sqlambda-${var.architecture}"
  filename                 = local.layer
  source_code_hash         = filebase64sha256(local.layer)
  compatible_runtimes      = ["provided.al2023"]
  compatible_architectures = [var.architecture]
}

resource "aws_iam_role" "hello" {
  name = "sqlambda-hello"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.hello.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "hello" {
  function_name    = "hello"
  handler          = "hello"
  runtime          = "provided.al2023"
  architectures    = [var.architecture]
  layers           = [aws_lambda_layer_version.sqlambda.arn]
  role             = aws_iam_role.hello.arn
  filename         = "${local.dist}/hello.zip"
  source_code_hash = filebase64sha256("${local.dist}/hello.zip")
  memory_size      = 128
  timeout          = 3
}

output "function" {
  value = aws_lambda_function.hello.arn
}
