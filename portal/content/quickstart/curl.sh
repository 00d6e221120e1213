# Create an item …
curl {{base_url}}/v1/items \
  --header "X-API-Key: ${{env}}_API_KEY" \
  --header "Content-Type: application/json" \
  --data '{"title": "Rangefinder camera", "price": {"amount": 24900, "currency": "EUR"}, "condition": "good"}'

# … and list the newest five.
curl "{{base_url}}/v1/items?limit=5" --header "X-API-Key: ${{env}}_API_KEY"
