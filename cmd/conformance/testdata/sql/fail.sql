SELECT error('Example.Failure', 'it fails, as it should') AS failed;
