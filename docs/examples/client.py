"""Every task of a running service in Python: client.py FILM [URL]. Needs openai and requests."""

import base64
import json
import os
import sys

import requests
from openai import OpenAI

path, url = sys.argv[1], (sys.argv[2:] or ["http://127.0.0.1:8080"])[0]
key = os.environ.get("RADSERVE_API_KEY", "none")
http = requests.Session()
http.headers["authorization"] = f"Bearer {key}" if key != "none" else ""
with open(path, "rb") as file:
    film = file.read()


def post(route, **form):
    """One film as a form; lists are parts of the same name."""
    reply = http.post(f"{url}{route}", files={"image": ("film", film)}, data=form, timeout=120)
    if not reply.ok:
        problem = reply.json()
        raise SystemExit(f"{problem['code']}: {problem['detail']} (request {problem['request_id']})")
    return reply


# OpenAI's own client, for what has its shape.
openai = OpenAI(base_url=f"{url}/v1", api_key=key)
vectors = openai.embeddings.create(model="cxr-align", input=["no pleural effusion", "pneumonia"], encoding_format="float")
print(f"{len(vectors.data)} vectors of {len(vectors.data[0].embedding)} numbers")
drawn = openai.images.generate(
    model="roentgen-mini", prompt="chest radiograph, pneumonia", extra_body={"steps": 4, "seed": 7}
)
with open("synthetic.png", "wb") as file:
    file.write(base64.b64decode(drawn.data[0].b64_json))

best = post("/v1/classifications").json()["data"][0]["labels"][0]
print(f"{best['label']}: {best['score']:.3f}")
print(f"film and text: {post('/v1/similarities', texts=['pneumonia']).json()['data'][0]['score']:.3f}")
area = post("/v1/segmentations", text="left lung").json()["data"][0]["area_px"]
print(f"left lung: {area} pixels")

# Server-sent events, a line at a time.
body = {"images": [{"data": base64.b64encode(film).decode()}], "stream": True}
with http.post(f"{url}/v1/reports", json=body, stream=True, timeout=120) as reply:
    reply.raise_for_status()
    reply.encoding = "utf-8"
    event = ""
    for line in reply.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: ") and event == "token":
            print(json.loads(line.removeprefix("data: "))["text"], end="")
print()

# Answered later: the same request with one more header.
headers = {"prefer": "respond-async", "idempotency-key": os.urandom(16).hex()}
job = http.post(
    f"{url}/v1/classifications", headers=headers, json={"image": body["images"][0]}, timeout=120
).json()
with http.get(f"{url}/v1/jobs/{job['id']}/events", stream=True, timeout=120) as events:
    for line in events.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            print(f"job {line.removeprefix('event: ')}")
print(http.get(f"{url}/v1/jobs/{job['id']}/result", timeout=120).json()["model"]["name"])
