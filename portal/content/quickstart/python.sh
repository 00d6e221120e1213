(
set -e
sdk="${{{env}}_SDK:-$PWD}"
export {{env}}_BASE_URL="${{{env}}_BASE_URL:-{{base_url}}}"
cd "$(mktemp -d)"
python3 -m venv .venv
.venv/bin/pip install --quiet "$sdk/sdk-python"

cat > main.py <<'PYTHON'
from gatepost import Client

# Reads {{env}}_API_KEY and {{env}}_BASE_URL.
client = Client()

item = client.items.create(
    title="Rangefinder camera",
    price={"amount": 24900, "currency": "EUR"},
    condition="good",
)
print("created", item.id)

newest = client.items.list(limit=5)
for item in newest.data:
    print(item.id, item.title)
PYTHON

.venv/bin/python main.py
)
