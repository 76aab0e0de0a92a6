"""What is asked of Shopify, word by word; each by the name that its costs are counted under."""

_MONEY = "{ shopMoney { amount currencyCode } }"
_PAGE = "pageInfo { hasNextPage endCursor }"
_FOUND = "first: $first, after: $after, query: $query, sortKey: $sort"
_LISTED = "$first: Int!, $after: String, $query: String!, $sort: OrderSortKeys!"
_LINES = f"""nodes {{
  id sku title variantTitle quantity currentQuantity unfulfilledQuantity isGiftCard taxable
  requiresShipping vendor
  product {{ id }} variant {{ id }}
  originalUnitPriceSet {_MONEY} originalTotalSet {_MONEY}
  discountAllocations {{
    allocatedAmountSet {_MONEY} discountApplication {{ allocationMethod targetSelection }}
  }}
}} {_PAGE}"""
_ORDER = f"""id name createdAt processedAt updatedAt cancelledAt closedAt cancelReason sourceName
displayFinancialStatus displayFulfillmentStatus currencyCode presentmentCurrencyCode
taxesIncluded note tags phone test discountCodes paymentGatewayNames
customer {{ id displayName }}
shippingAddress {{
  name company phone address1 address2 city province country countryCodeV2 zip
}}
shippingLines(first: 10) {{ nodes {{ title code discountedPriceSet {_MONEY} }} }}
totalPriceSet {_MONEY} totalTaxSet {_MONEY} totalDiscountsSet {_MONEY}
totalTipReceivedSet {_MONEY} originalTotalDutiesSet {_MONEY}
originalTotalAdditionalFeesSet {_MONEY}
transactions(first: 20) {{ kind status processedAt }}
risk {{ recommendation }}
lineItems(first: 50) {{ {_LINES} }}"""
_RETURN = f"""returnLineItems(first: 20) {{ nodes {{ ... on ReturnLineItem {{
  quantity returnReasonNote customerNote
  fulfillmentLineItem {{ lineItem {{
    id quantity originalTotalSet {_MONEY} discountAllocations {{ allocatedAmountSet {_MONEY} }}
  }} }}
}} }} }}"""
_PAID = f"""nodes {{
  quantity restockType lineItem {{ id }} subtotalSet {_MONEY} totalTaxSet {_MONEY}
}}"""
_ERRORS = "userErrors { field message }"

QUERIES = {
    "shop": "query Shop { shop { name } }",
    "orders": f"""query Orders({_LISTED}) {{
  orders({_FOUND}) {{ nodes {{ id updatedAt }} {_PAGE} }} }}""",
    "order": f"query Order($id: ID!) {{ order(id: $id) {{ {_ORDER} }} }}",
    "lines": f"""query Lines($id: ID!, $after: String!) {{
  order(id: $id) {{ lineItems(first: 50, after: $after) {{ {_LINES} }} }} }}""",
    "fulfillments": """query Fulfillments($id: ID!) { order(id: $id) {
  fulfillments(first: 20) {
    trackingInfo { number }
    fulfillmentLineItems(first: 20) { nodes { quantity lineItem { id } } }
  }
  fulfillmentOrders(first: 10) { nodes {
    id status assignedLocation { location { id } }
    lineItems(first: 40) { nodes { id remainingQuantity lineItem { id } } }
  } }
} }""",
    "fulfill": f"""mutation Fulfill($fulfillment: FulfillmentInput!) {{
  fulfillmentCreate(fulfillment: $fulfillment) {{ fulfillment {{ id }} {_ERRORS} }} }}""",
    "variants": """query Variants($ids: [ID!]!) {
  location { id }
  nodes(ids: $ids) { ... on ProductVariant { id inventoryItem { id } } } }""",
    "stock": """mutation Stock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message } } }""",
    "refunds": f"""query Refunds({_LISTED}) {{ orders({_FOUND}) {{
  nodes {{
    id updatedAt
    returns(first: 5) {{ nodes {{ id {_RETURN} }} }}
    refunds(first: 5) {{
      id return {{ id }} refundLineItems(first: 20) {{ nodes {{ lineItem {{ id }} }} {_PAGE} }}
    }}
  }}
  {_PAGE} }} }}""",
    "refund": f"""query Refund($id: ID!) {{ node(id: $id) {{ ... on Refund {{
  id createdAt note order {{ id updatedAt }} totalRefundedSet {_MONEY}
  refundLineItems(first: 100) {{ {_PAID} }}
}} }} }}""",
    "return": f"""query Return($id: ID!) {{ node(id: $id) {{ ... on Return {{
  id status createdAt order {{ id updatedAt }} {_RETURN}
  refunds(first: 10) {{ nodes {{ refundLineItems(first: 50) {{ {_PAID} }} }} }}
}} }} }}""",
    "approve": f"""mutation Approve($input: ReturnApproveRequestInput!) {{
  returnApproveRequest(input: $input) {{ return {{ id }} {_ERRORS} }} }}""",
    "decline": f"""mutation Decline($input: ReturnDeclineRequestInput!) {{
  returnDeclineRequest(input: $input) {{ return {{ id }} {_ERRORS} }} }}""",
}
