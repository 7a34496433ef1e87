#!/bin/sh
# Every task of a running service with curl: curl.sh FILM [URL]
set -eu
film=$1
url=${2:-http://127.0.0.1:8080}
# With a key of `radserve keys`: -H @header, a file with "authorization: Bearer …", so that it is no argument.
ask() { curl --silent --show-error --fail-with-body "$@"; }

ask "$url/v1/classifications" -F image=@"$film" -F 'labels=["pneumonia","normal"]'
ask "$url/v1/embeddings" -H 'content-type: application/json' -d '{"input": ["no pleural effusion"], "encoding_format": "base64"}'
ask "$url/v1/similarities" -F image=@"$film" -F 'texts=["pneumonia"]'
ask "$url/v1/segmentations" -H 'accept: image/png' -F image=@"$film" -F 'text=left lung' -o left-lung.png
ask "$url/v1/images/generations" -H 'accept: image/png' -H 'content-type: application/json' -o synthetic.png \
  -d '{"prompt": "chest radiograph, pneumonia", "steps": 4, "seed": 7}'
# -N: events as they come.
ask -N "$url/v1/reports" -H 'accept: text/event-stream' -F image=@"$film"
# An answer that comes later: this one is the job.
ask "$url/v1/classifications" -H 'prefer: respond-async' -F image=@"$film"
ask "$url/v1/models"
